package io.promptmill.jobs.bench;

import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.compile.Precision;
import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.failure.RefusalException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What one run of {@code bench} is asked to do, every value checked.
 *
 * @param settings what is measured, and for how long
 * @param works the works to run, in their order
 * @param precision the arithmetic to load the model for
 * @param heldOut the text on which precisions are compared; empty for none
 * @param model the checkpoint to measure; empty for one that is made up
 * @param shape sizes of the made-up model
 * @param shapeName what the report calls the made-up model
 * @param format how results are shown
 */
record BenchRequest(
        BenchSettings settings,
        List<Work> works,
        Precision precision,
        Optional<Path> heldOut,
        Optional<String> model,
        ModelSize shape,
        String shapeName,
        Format format) {
    private static final String ALL_WORKS = "all";

    /** How results are shown. */
    enum Format {
        TABLE,
        JSON
    }

    static BenchRequest read(OptionReader read) throws RefusalException {
        BenchSettings settings = settings(read);
        String shape = read.text(BenchOption.SHAPE);
        return new BenchRequest(
                settings,
                works(read, settings),
                read.parsed(BenchOption.PRECISION, BenchRequest::precision),
                heldOut(read),
                model(read),
                read.parsed(BenchOption.SHAPE, text -> text.isEmpty() ? ModelSize.SMALL : ModelSize.parse(text)),
                (shape.isEmpty() ? "small" : shape) + " with random weights",
                read.flag(BenchOption.JSON) ? Format.JSON : Format.TABLE);
    }

    private static BenchSettings settings(OptionReader read) throws RefusalException {
        GenerationOptions choice = GenerationOptions.none();
        choice = with(choice, GenerationOption.DO_SAMPLE, read, BenchOption.DO_SAMPLE);
        choice = with(choice, GenerationOption.TOP_P, read, BenchOption.TOP_P);
        choice = with(choice, GenerationOption.TOP_K, read, BenchOption.TOP_K);
        int tasks = read.text(BenchOption.TASKS).isEmpty()
                ? Runtime.getRuntime().availableProcessors()
                : read.number(BenchOption.TASKS, Integer::decode, "a whole number");
        int slots = read.number(BenchOption.SLOTS, Integer::decode, "a whole number");
        double seconds = read.number(BenchOption.SECONDS, Double::valueOf, "a number");
        double warmup = read.number(BenchOption.WARMUP_SECONDS, Double::valueOf, "a number");
        long seed = read.number(BenchOption.SEED, Long::decode, "a whole number");
        try {
            return new BenchSettings(tasks, slots, seconds, warmup, seed, choice);
        } catch (IllegalArgumentException e) {
            throw RefusalException.usage(
                    "wrong_value", "an option cannot be used", e.getMessage(), "correct it on the command line");
        }
    }

    private static GenerationOptions with(
            GenerationOptions others, GenerationOption setting, OptionReader read, BenchOption option)
            throws RefusalException {
        return read.parsed(option, text -> others.with(setting, text));
    }

    private static List<Work> works(OptionReader read, BenchSettings settings) throws RefusalException {
        boolean greedy =
                !settings.choice().values().get(GenerationOption.DO_SAMPLE).equals(true);
        if (read.text(BenchOption.WORK).equals(ALL_WORKS)) {
            return Arrays.stream(Work.values())
                    .filter(each -> !(greedy && each.hasSiblings()))
                    .toList();
        }
        Work one = read.parsed(BenchOption.WORK, BenchRequest::work);
        if (greedy && one.hasSiblings()) {
            throw RefusalException.usage(
                    "contradicting_options",
                    "--work " + one.spelled() + " cannot be greedy",
                    "its prompts have several sequences, and greedy search makes one",
                    "leave --do-sample out, or choose another work");
        }
        return List.of(one);
    }

    private static Work work(String name) {
        return Arrays.stream(Work.values())
                .filter(each -> each.spelled().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("it must be w1, w2, w3 or all but was " + name));
    }

    private static Precision precision(String name) {
        if (name.equals("auto")) {
            return Precision.FP32;
        }
        return Arrays.stream(Precision.values())
                .filter(each -> each.toString().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("it must be one of auto, fp32, bf16, int8 but was " + name));
    }

    private static Optional<Path> heldOut(OptionReader read) throws RefusalException {
        String text = read.text(BenchOption.HELD_OUT);
        if (!text.isEmpty() && read.text(BenchOption.MODEL).isEmpty()) {
            throw RefusalException.usage(
                    "contradicting_options",
                    "--held-out is given without --model",
                    "a model with random weights has nothing to lose and no tokenizer",
                    "name a checkpoint with --model");
        }
        return Optional.of(text).filter(given -> !given.isEmpty()).map(Path::of);
    }

    private static Optional<String> model(OptionReader read) throws RefusalException {
        Optional<String> model = read.textIfGiven(BenchOption.MODEL);
        if (model.isPresent() && !read.text(BenchOption.SHAPE).isEmpty()) {
            throw RefusalException.usage(
                    "contradicting_options",
                    "--model and --shape are both given",
                    "a checkpoint has its own shape",
                    "leave one of them out");
        }
        return model;
    }
}
