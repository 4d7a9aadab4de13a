package io.promptmill.jobs.generate;

import io.promptmill.jobs.command.CommandOption;
import io.promptmill.jobs.command.CommandOption.Takes;
import io.promptmill.jobs.command.Version;
import io.promptmill.jobs.failure.RefusalException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The command {@code generate} as picocli sees it: every option is a text, read later by its own table. */
public final class GenerateCommand {
    /** The name as it is typed. */
    public static final String NAME = "generate";

    private static final String CONF_FILE = "--conf-file";

    /** picocli takes what begins with a dash for an option even where it is attached; no argument can hold this. */
    private static final String HIDES_DASH = "\0";

    private GenerateCommand() {}

    /** It and its options. */
    public static CommandLine commandLine() {
        CommandSpec spec = CommandSpec.create().name(NAME).mixinStandardHelpOptions(true);
        spec.versionProvider(() -> new String[] {Version.line()});
        spec.usageMessage()
                .description("Generates text for the prompts of a Parquet file and writes Parquet.")
                .synopsisHeading("Usage: ")
                .customSynopsis(
                        "spark-submit [spark options] promptmill.jar generate --input PATH --output FOLDER [options]")
                .footer(
                        "",
                        "A row's sampling_params win over the command line, that over --conf-file, that over the",
                        "settings in the checkpoint's own files.",
                        "Exit codes: 0 done, 2 wrong usage, 3 input refused, 4 model refused, 5 output refused,",
                        "6 done but some rows failed, 7 interrupted (--resume continues), 1 anything else.")
                .sortOptions(false)
                .width(100);
        spec.addOption(OptionSpec.builder(CONF_FILE)
                .paramLabel("FILE")
                .type(String.class)
                .description("Properties file on the driver with any of these options as keys, without the dashes.")
                .build());
        for (CommandOption option : OptionTable.options()) {
            spec.addOption(option(option));
        }
        return new CommandLine(spec);
    }

    /** What the command line and its conf file ask for. */
    public static JobSettings settings(ParseResult parsed) throws RefusalException {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (CommandOption option : OptionTable.options()) {
            if (parsed.hasMatchedOption(option.dashed())) {
                List<String> given = parsed.matchedOptionValue(option.dashed(), List.of());
                if (given.size() > 1 && option.takes() != Takes.VALUE_EACH_TIME) {
                    throw RefusalException.usage(
                            "option_given_twice",
                            option.dashed() + " is given " + given.size() + " times",
                            "it takes one value",
                            "keep one of " + String.join(", ", given));
                }
                values.put(option.name(), given);
            }
        }
        String confFile = parsed.matchedOptionValue(CONF_FILE, null);
        return JobSettings.read(
                new OptionLayer("on the command line", values),
                confFile == null ? OptionLayer.empty("in no file") : ConfFile.read(Path.of(confFile)));
    }

    private static OptionSpec option(CommandOption option) {
        OptionSpec.Builder builder = OptionSpec.builder(option.dashed())
                .paramLabel(option.label())
                .type(List.class)
                .auxiliaryTypes(String.class)
                .converters(value -> value.startsWith(HIDES_DASH) ? value.substring(1) : value)
                .description(option.help());
        if (option.takes() == Takes.OPTIONAL_VALUE) {
            builder.arity("0..1").fallbackValue("true");
        } else {
            builder.arity("1");
        }
        return builder.preprocessor((args, command, spec, info) -> {
                    prepareValue(option, "=".equals(info.get("separator")), args);
                    return false; // picocli goes on with what is on the stack
                })
                .build();
    }

    /** An attached value is taken as it is; a flag takes none that begins with a dash. */
    private static void prepareValue(CommandOption option, boolean attached, Stack<String> args) {
        if (args.isEmpty() || !args.peek().startsWith("-")) {
            return;
        }
        if (attached) {
            args.push(HIDES_DASH + args.pop());
        } else if (option.takes() == Takes.OPTIONAL_VALUE) {
            args.push("true");
        }
    }
}
