package io.promptmill.jobs.versions;

import static io.promptmill.jobs.command.CommandOption.flag;
import static io.promptmill.jobs.command.CommandOption.withDefault;

import io.promptmill.jobs.command.CommandOption;
import io.promptmill.jobs.command.DescribedOption;

/** The options of {@code models}. */
enum ModelsOption implements DescribedOption {
    FOLDER(withDefault(
            "folder",
            "FOLDER",
            "models",
            "Folder of models, or one model's folder of versions, on any Hadoop file system.")),
    JSON(flag("json", "One JSON line for each model instead of tables.")),
    VERBOSE(flag("verbose", "Show the log and stack traces."));

    private final CommandOption option;

    ModelsOption(CommandOption option) {
        this.option = option;
    }

    @Override
    public CommandOption option() {
        return option;
    }
}
