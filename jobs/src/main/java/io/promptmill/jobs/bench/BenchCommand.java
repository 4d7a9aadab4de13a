package io.promptmill.jobs.bench;

import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.compile.Precision;
import io.promptmill.jobs.command.CommandOption;
import io.promptmill.jobs.command.ShownDetail;
import io.promptmill.jobs.command.Version;
import io.promptmill.jobs.failure.RefusalException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code bench} as picocli sees it. */
@Command(
        name = BenchCommand.NAME,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpWidth = 100,
        description = "Measures how fast this machine generates, without Spark and without input.",
        synopsisHeading = "Usage: ",
        customSynopsis = "spark-submit promptmill.jar bench [--model FOLDER] [options]",
        footer = {
            "",
            "Works: w1 has 16-token prompts and 64 new tokens; w2 prompts of 4 to 64 tokens and 8 to 128 new ones;",
            "w3 200-token prompts with 5 sequences of 32 new tokens, which greedy search cannot make."
        })
public final class BenchCommand {
    /** The name as it is typed. */
    public static final String NAME = "bench";

    private static final String ALL_WORKS = "all";

    @Option(names = "--model", paramLabel = "FOLDER", description = "Checkpoint in Hugging Face layout.")
    private String model;

    @Option(
            names = "--shape",
            paramLabel = "small|medium|LAYERSxWIDTHxHEADS[xVOCABULARY]",
            description = "Without --model: sizes of a model with random weights. Default: small, which is 12x768x12.")
    private String shape;

    @Option(names = "--work", paramLabel = "w1|w2|w3|all", defaultValue = "w1", description = "Prompts. Default: w1.")
    private String work;

    @Option(
            names = "--slots",
            paramLabel = "N",
            defaultValue = "64",
            description = "Sequences in flight in one task. Default: 64.")
    private int slots;

    @Option(
            names = "--tasks",
            paramLabel = "N",
            description = "Tasks at a time over one model, one thread each, as in Spark. Default: one a core.")
    private Integer tasks;

    @Option(
            names = "--precision",
            paramLabel = "auto|fp32|bf16|int8",
            defaultValue = "auto",
            description = "Arithmetic of the model; auto is fp32. Default: auto.")
    private String precision;

    @Option(
            names = "--held-out",
            paramLabel = "FILE",
            description = "With --model: a text in UTF-8, on which to tell what the precision costs against fp32.")
    private Path heldOut;

    @Option(
            names = "--do-sample",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "true",
            description = "Draw tokens at random instead of taking the likeliest. Default: true.")
    private String doSample;

    @Option(
            names = "--top-p",
            paramLabel = "X",
            defaultValue = "0.95",
            description = "Draw from the likeliest tokens with this mass; 1 is off. Default: 0.95.")
    private String topP;

    @Option(
            names = "--top-k",
            paramLabel = "N",
            defaultValue = "0",
            description = "Draw from the k likeliest tokens; 0 is off. Default: 0.")
    private String topK;

    @Option(
            names = "--seconds",
            paramLabel = "X",
            defaultValue = "20",
            description = "Rounds of prompts begin until that much time has passed, at least one. Default: 20.")
    private double seconds;

    @Option(
            names = "--warmup-seconds",
            paramLabel = "X",
            defaultValue = "2",
            description = "The same for rounds of 4 new tokens before the measured ones. Default: 2.")
    private double warmupSeconds;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Of draws and made-up weights.")
    private long seed;

    @Option(
            names = "--json",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "One JSON line for each work instead of a table.")
    private boolean json;

    @Option(
            names = "--verbose",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "Show the log and stack traces.")
    private boolean verbose;

    /** It and its options. */
    public static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new BenchCommand());
        commandLine.getCommandSpec().versionProvider(() -> new String[] {Version.line()});
        return commandLine;
    }

    /** How results are shown. */
    enum Format {
        TABLE,
        JSON
    }

    Format format() {
        return json ? Format.JSON : Format.TABLE;
    }

    /** How much the console shows. */
    public ShownDetail detail() {
        return verbose ? ShownDetail.ALL : ShownDetail.ESSENTIAL;
    }

    /** The checkpoint to measure; empty for one that is made up. */
    Optional<String> model() throws RefusalException {
        if (model != null && shape != null) {
            throw RefusalException.usage(
                    "contradicting_options",
                    "--model and --shape are both given",
                    "a checkpoint has its own shape",
                    "leave one of them out");
        }
        return Optional.ofNullable(model);
    }

    /** Sizes of the made-up model. */
    ModelSize shape() throws RefusalException {
        try {
            return shape == null ? ModelSize.SMALL : ModelSize.parse(shape);
        } catch (IllegalArgumentException e) {
            throw wrong("--shape", e);
        }
    }

    /** What the report calls the made-up model. */
    String shapeName() {
        return (shape == null ? "small" : shape) + " with random weights";
    }

    /** The works to run, in their order. */
    List<Work> works() throws RefusalException {
        boolean greedy =
                !settings().choice().values().get(GenerationOption.DO_SAMPLE).equals(true);
        if (work.equals(ALL_WORKS)) {
            return Arrays.stream(Work.values())
                    .filter(each -> !(greedy && each.hasSiblings()))
                    .toList();
        }
        Work one = Arrays.stream(Work.values())
                .filter(each -> each.spelled().equals(work))
                .findFirst()
                .orElseThrow(() ->
                        wrong("--work", new IllegalArgumentException("it must be w1, w2, w3 or all but was " + work)));
        if (greedy && one.hasSiblings()) {
            throw RefusalException.usage(
                    "contradicting_options",
                    "--work " + work + " cannot be greedy",
                    "its prompts have several sequences, and greedy search makes one",
                    "leave --do-sample out, or choose another work");
        }
        return List.of(one);
    }

    /** The arithmetic to load the model for. */
    Precision precision() throws RefusalException {
        if (precision.equals("auto")) {
            return Precision.FP32;
        }
        return Arrays.stream(Precision.values())
                .filter(each -> each.toString().equals(precision))
                .findFirst()
                .orElseThrow(() -> wrong(
                        "--precision",
                        new IllegalArgumentException("it must be one of auto, fp32, bf16, int8 but was " + precision)));
    }

    /** The text on which precisions are compared; empty for none. */
    Optional<Path> heldOut() throws RefusalException {
        if (heldOut != null && model == null) {
            throw RefusalException.usage(
                    "contradicting_options",
                    "--held-out is given without --model",
                    "a model with random weights has nothing to lose and no tokenizer",
                    "name a checkpoint with --model");
        }
        return Optional.ofNullable(heldOut);
    }

    BenchSettings settings() throws RefusalException {
        GenerationOptions choice = with(GenerationOptions.none(), GenerationOption.DO_SAMPLE, doSample);
        choice = with(with(choice, GenerationOption.TOP_P, topP), GenerationOption.TOP_K, topK);
        try {
            int all = tasks == null ? Runtime.getRuntime().availableProcessors() : tasks;
            return new BenchSettings(all, slots, seconds, warmupSeconds, seed, choice);
        } catch (IllegalArgumentException e) {
            throw RefusalException.usage(
                    "wrong_value", "an option cannot be used", e.getMessage(), "correct it on the command line");
        }
    }

    private static GenerationOptions with(GenerationOptions options, GenerationOption option, String text)
            throws RefusalException {
        try {
            return options.with(option, text);
        } catch (IllegalArgumentException e) {
            throw wrong(CommandOption.of(option).dashed(), e);
        }
    }

    private static RefusalException wrong(String option, IllegalArgumentException cause) {
        return RefusalException.usage(
                "wrong_value", option + " cannot be read", cause.getMessage(), "correct it on the command line");
    }
}
