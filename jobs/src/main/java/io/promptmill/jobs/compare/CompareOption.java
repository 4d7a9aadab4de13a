package io.promptmill.jobs.compare;

import static io.promptmill.jobs.command.CommandOption.flag;
import static io.promptmill.jobs.command.CommandOption.optional;
import static io.promptmill.jobs.command.CommandOption.withDefault;

import io.promptmill.jobs.command.CommandOption;
import io.promptmill.jobs.command.DescribedOption;

/** The options of {@code compare}. */
enum CompareOption implements DescribedOption {
    FIRST(optional("first", "FOLDER", "One output of generate, A, on any Hadoop file system.")),
    SECOND(optional("second", "FOLDER", "The other one, B.")),
    COLUMNS(optional(
            "columns",
            "NAME,…",
            "Compare these columns only, such as generated_text,status; rows are found by id and index all the same.")),
    SHOWN(withDefault("shown", "N", "10", "Show so many differences, those of the least ids.")),
    JSON(flag("json", "One JSON line instead of words.")),
    VERBOSE(flag("verbose", "Show Spark's log and stack traces."));

    private final CommandOption option;

    CompareOption(CommandOption option) {
        this.option = option;
    }

    @Override
    public CommandOption option() {
        return option;
    }
}
