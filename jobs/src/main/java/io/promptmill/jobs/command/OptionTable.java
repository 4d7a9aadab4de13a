package io.promptmill.jobs.command;

import io.promptmill.GenerationOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All options of one command, in the order of the help: what help, keys of the conf file and proposals for misspelt names
 * are made from. Immutable.
 */
public final class OptionTable {
    private final String command;
    private final Optional<CommandOption> confFile;
    private final List<CommandOption> arguments;
    private final List<CommandOption> options;

    private OptionTable(
            String command,
            Optional<CommandOption> confFile,
            List<CommandOption> arguments,
            List<CommandOption> options) {
        long names = options.stream().map(CommandOption::name).distinct().count();
        if (names != options.size()) {
            throw new IllegalArgumentException("options of " + command + " have the same name");
        }
        this.command = command;
        this.confFile = confFile;
        this.arguments = List.copyOf(arguments);
        this.options = List.copyOf(options);
    }

    /** The table of a command that has these options and no others. */
    public static OptionTable of(String command, DescribedOption... options) {
        return new OptionTable(
                command,
                Optional.empty(),
                List.of(),
                Arrays.stream(options).map(DescribedOption::option).toList());
    }

    /** This table with all generation settings, under their Hugging Face names with dashes, at its end. */
    public OptionTable withGenerationSettings() {
        List<CommandOption> all = new ArrayList<>(options);
        for (GenerationOption option : GenerationOption.values()) {
            all.add(CommandOption.of(option));
        }
        return new OptionTable(command, confFile, arguments, all);
    }

    /** This table with {@code --conf-file}, a file whose keys are the options. */
    public OptionTable withConfFile() {
        return new OptionTable(command, Optional.of(ConfFile.OPTION), arguments, options);
    }

    /** This table, where the next value that stands alone, without an option's name, is that of this option of it. */
    public OptionTable withArgument(DescribedOption option) {
        List<CommandOption> all = new ArrayList<>(arguments);
        all.add(option.option());
        return new OptionTable(command, confFile, all, options);
    }

    /** The command's name as it is typed. */
    public String command() {
        return command;
    }

    /** The option that names a conf file; empty where the command has none. */
    public Optional<CommandOption> confFile() {
        return confFile;
    }

    /** The options whose values may stand alone, in this order. */
    List<CommandOption> arguments() {
        return arguments;
    }

    /** Every option that may be on the command line or in a conf file. */
    public List<CommandOption> options() {
        return options;
    }

    /** The names of {@link #options()}, which are the keys of a conf file. */
    public List<String> names() {
        return options.stream().map(CommandOption::name).toList();
    }

    /** The option of that name without dashes in front. */
    public Optional<CommandOption> find(String name) {
        return options.stream().filter(option -> option.name().equals(name)).findFirst();
    }

    /** All that may be on the command line, in the order of the help. */
    Stream<CommandOption> onCommandLine() {
        return Stream.concat(confFile.stream(), options.stream());
    }
}
