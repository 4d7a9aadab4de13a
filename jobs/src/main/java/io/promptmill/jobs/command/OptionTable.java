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
    private final Optional<CommandOption> argument;
    private final List<CommandOption> options;

    private OptionTable(
            String command,
            Optional<CommandOption> confFile,
            Optional<CommandOption> argument,
            List<CommandOption> options) {
        long names = options.stream().map(CommandOption::name).distinct().count();
        if (names != options.size()) {
            throw new IllegalArgumentException("options of " + command + " have the same name");
        }
        this.command = command;
        this.confFile = confFile;
        this.argument = argument;
        this.options = List.copyOf(options);
    }

    /** The table of a command that has these options and no others. */
    public static OptionTable of(String command, DescribedOption... options) {
        return new OptionTable(
                command,
                Optional.empty(),
                Optional.empty(),
                Arrays.stream(options).map(DescribedOption::option).toList());
    }

    /** This table with all generation settings, under their Hugging Face names with dashes, at its end. */
    public OptionTable withGenerationSettings() {
        List<CommandOption> all = new ArrayList<>(options);
        for (GenerationOption option : GenerationOption.values()) {
            all.add(CommandOption.of(option));
        }
        return new OptionTable(command, confFile, argument, all);
    }

    /** This table with {@code --conf-file}, a file whose keys are the options. */
    public OptionTable withConfFile() {
        return new OptionTable(command, Optional.of(ConfFile.OPTION), argument, options);
    }

    /** This table, where the value of that option of it may stand alone, without the option's name. */
    public OptionTable withArgument(DescribedOption option) {
        return new OptionTable(command, confFile, Optional.of(option.option()), options);
    }

    /** The command's name as it is typed. */
    public String command() {
        return command;
    }

    /** The option that names a conf file; empty where the command has none. */
    public Optional<CommandOption> confFile() {
        return confFile;
    }

    /** The option whose value may stand alone; empty where the command has none. */
    Optional<CommandOption> argument() {
        return argument;
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
