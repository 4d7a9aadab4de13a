package io.promptmill.jobs.generate;

import io.promptmill.GenerationOption;
import io.promptmill.jobs.command.CommandOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All options of {@code generate}: the job's own, then the generation settings under their Hugging Face names. */
public final class OptionTable {
    private static final List<CommandOption> ALL = all();

    private OptionTable() {}

    /** Every option, in the order of the help. */
    public static List<CommandOption> options() {
        return ALL;
    }

    static List<String> names() {
        return ALL.stream().map(CommandOption::name).toList();
    }

    /** The option of that name without dashes in front. */
    static Optional<CommandOption> find(String name) {
        return ALL.stream().filter(option -> option.name().equals(name)).findFirst();
    }

    private static List<CommandOption> all() {
        List<CommandOption> all = new ArrayList<>();
        for (JobOption option : JobOption.values()) {
            all.add(option.option());
        }
        for (GenerationOption option : GenerationOption.values()) {
            all.add(CommandOption.of(option));
        }
        return List.copyOf(all);
    }
}
