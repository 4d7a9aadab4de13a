package io.promptmill.jobs.generate;

import io.promptmill.jobs.command.Command;
import io.promptmill.jobs.command.CommandHelp;
import io.promptmill.jobs.command.Console;
import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.command.OptionTable;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.session.JobSession;
import java.util.List;

/** The command {@code generate}: its options become {@link JobSettings}, and {@link GenerateJob} runs on a Spark of its own. */
public final class GenerateCommand implements Command {
    static final OptionTable OPTIONS = OptionTable.of("generate", JobOption.values())
            .withGenerationSettings()
            .withConfFile();

    private final JobSession spark;

    /** The command on that Spark, which is started when it runs. */
    public GenerateCommand(JobSession spark) {
        this.spark = spark;
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public CommandHelp help() {
        return new CommandHelp(
                "Generates text for prompts in files or of the command line.",
                "spark-submit [spark options] promptmill.jar generate --input PATH --output FOLDER [options]%n"
                        + "       spark-submit [spark options] promptmill.jar generate --input-table NAME --output FOLDER …%n"
                        + "       spark-submit [spark options] promptmill.jar generate --prompt TEXT [options]",
                List.of(
                        "",
                        "A row's sampling_params win over the command line, that over --conf-file, that over the",
                        "settings in the checkpoint's own files.",
                        "Exit codes: 0 done, 2 wrong usage, 3 input refused, 4 model refused, 5 output refused,",
                        "6 done but some rows failed, 7 interrupted (--resume continues), 8 more rows rejected than",
                        "--max-rejected allows, 1 anything else."));
    }

    @Override
    public ExitCode run(OptionReader options, Console console) throws RefusalException {
        JobSettings settings = JobSettings.read(options);
        JobSession tables = settings.input().table().isPresent() ? spark.withHive() : spark;
        return tables.run(
                console,
                OPTIONS.command() + " "
                        + settings.output().orElse(settings.dryRun().isPresent() ? "--dry-run" : "--prompt"),
                (session, interrupted) ->
                        new GenerateJob(session, settings, interrupted, console.out(), console.err()).run());
    }
}
