package io.promptmill.jobs.command;

import io.promptmill.UriKeys;
import io.promptmill.jobs.command.CommandOption.Takes;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.spark.rows.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Stack;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** Command lines as picocli reads them: every value is a text, read later by the command's {@link OptionReader}. */
public final class CommandLines {
    /** What helps where picocli cannot read a command line. */
    static final String REMEDY = "write a value that begins with a dash as --option=value; --help tells all options";

    private static final int HELP_COLUMNS = 100;

    /** picocli takes what begins with a dash for an option even where it is attached; no argument can hold this. */
    private static final String HIDES_DASH = "\0";

    /** What Java has in place of bytes that the locale's charset does not know. */
    private static final String LOST = "\uFFFD";

    private CommandLines() {}

    /** The command line that takes one of these commands and its options. */
    public static CommandLine of(List<Command> commands) {
        CommandSpec spec = CommandSpec.create().name("promptmill").mixinStandardHelpOptions(true);
        spec.usageMessage()
                .description("Generates text for prompts with Hugging Face models, as a Spark job.")
                .synopsisHeading("Usage: ")
                .customSynopsis("spark-submit [spark options] promptmill.jar COMMAND [options]")
                .footer("", "'COMMAND --help' tells the options of a command.")
                .commandListHeading("Commands:%n");
        CommandLine commandLine = new CommandLine(spec);
        for (Command command : commands) {
            commandLine.addSubcommand(command.options().command(), of(command));
        }
        return commandLine.setExpandAtFiles(false);
    }

    private static CommandLine of(Command command) {
        OptionTable table = command.options();
        CommandHelp help = command.help();
        CommandSpec spec =
                CommandSpec.wrapWithoutInspection(command).name(table.command()).mixinStandardHelpOptions(true);
        spec.usageMessage()
                .description(help.description())
                .synopsisHeading("Usage: ")
                .customSynopsis(help.synopsis())
                .footer(help.footer().toArray(String[]::new))
                .sortOptions(false)
                .width(HELP_COLUMNS);
        table.onCommandLine().forEach(option -> spec.addOption(option(option)));
        List<CommandOption> arguments = table.arguments();
        for (int i = 0; i < arguments.size(); i++) {
            spec.addPositional(argument(i, arguments.get(i)));
        }
        return new CommandLine(spec);
    }

    /** Reads a command line; refuses characters that are lost, and what is not known, with the nearest name. */
    public static ParseResult parse(CommandLine commandLine, String... args) throws RefusalException {
        if (Arrays.stream(args).anyMatch(arg -> arg.contains(LOST))) {
            throw RefusalException.usage(
                    "characters_lost",
                    "the command line holds characters that cannot be read",
                    "Java reads them with the locale's charset, which does not know them",
                    "set LC_ALL=C.UTF-8 for the command, or give such texts in a file");
        }
        try {
            return commandLine.parseArgs(args);
        } catch (CommandLine.ParameterException e) {
            if (e instanceof CommandLine.UnmatchedArgumentException unmatched
                    && !unmatched.getUnmatched().isEmpty()) {
                throw unknown(unmatched.getUnmatched().get(0), e.getCommandLine());
            }
            throw unreadable(e.getMessage());
        }
    }

    /** The command of what follows its name. */
    public static Command commandOf(ParseResult parsed) {
        return (Command) parsed.commandSpec().userObject();
    }

    /** What follows a command's name, and its conf file, as a reader. */
    public static OptionReader options(ParseResult parsed) throws RefusalException {
        OptionTable table = commandOf(parsed).options();
        OptionSource commandLine = source(table.options(), table.arguments(), parsed);
        Optional<String> path =
                source(table.confFile().stream().toList(), List.of(), parsed).find(ConfFile.OPTION);
        OptionSource confFile = path.isPresent() ? ConfFile.read(path.get(), table) : OptionSource.empty("in no file");
        refuseKeys(table, commandLine);
        refuseKeys(table, confFile);
        return new OptionReader(table, List.of(commandLine, confFile));
    }

    /** A key in a URI would stand in plans, manifests and lists of processes. */
    private static void refuseKeys(OptionTable table, OptionSource source) throws RefusalException {
        for (CommandOption option : table.options()) {
            for (String value : source.values().getOrDefault(option.name(), List.of())) {
                if (option.isPlace() && UriKeys.isIn(value)) {
                    throw RefusalException.usage(
                            "key_in_uri",
                            option.dashed() + " " + value + " holds a key",
                            "plan.json and lists of processes would show it",
                            "give it to Spark (such as spark.hadoop.fs.s3a.access.key and spark.hadoop.fs.s3a.secret.key,"
                                    + " or a provider of credentials) and leave it out of the URI " + source.place());
                }
            }
        }
    }

    private static OptionSource source(List<CommandOption> options, List<CommandOption> arguments, ParseResult parsed)
            throws RefusalException {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (CommandOption option : options) {
            List<String> given = new ArrayList<>(parsed.matchedOptionValue(option.dashed(), List.of()));
            if (arguments.contains(option)) {
                given.addAll(parsed.matchedPositionalValue(arguments.indexOf(option), List.of()));
            }
            if (!given.isEmpty()) {
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
        return new OptionSource("on the command line", values);
    }

    /** The refusal of a command line that cannot be read. */
    private static RefusalException unreadable(String why) {
        return RefusalException.usage("wrong_usage", "the command line cannot be read", why, REMEDY);
    }

    private static RefusalException unknown(String argument, CommandLine commandLine) {
        String name = argument.split("=", 2)[0];
        Set<String> known = commandLine.getSubcommands().isEmpty()
                ? commandLine.getCommandSpec().optionsMap().keySet()
                : commandLine.getSubcommands().keySet();
        return RefusalException.usage(
                name.startsWith("-") ? "unknown_option" : "unknown_argument",
                name + " is not known",
                commandLine.getCommandName() + " has no such " + (name.startsWith("-") ? "option" : "argument"),
                NearestName.of(
                                name,
                                known.stream().filter(full -> full.length() > 2).toList())
                        .map(near -> "did you mean " + near + "?")
                        .orElse("--help tells all that there are"));
    }

    private static PositionalParamSpec argument(int place, CommandOption option) {
        return PositionalParamSpec.builder()
                .index(String.valueOf(place))
                .arity("0..1")
                .paramLabel(option.label())
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("The same as " + option.dashed() + ".")
                .build();
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
