package io.promptmill.jobs.finetune;

import io.promptmill.jobs.command.Command;
import io.promptmill.jobs.command.CommandHelp;
import io.promptmill.jobs.command.Console;
import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.command.OptionTable;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.session.JobSession;
import java.util.List;

/** The command {@code finetune}: its options become {@link FinetuneSettings}, and {@link FinetuneJob} runs on a Spark of its own. */
public final class FinetuneCommand implements Command {
    static final OptionTable OPTIONS =
            OptionTable.of("finetune", FinetuneOption.values()).withConfFile();

    private final JobSession spark;

    /** The command on that Spark, which is started when it runs. */
    public FinetuneCommand(JobSession spark) {
        this.spark = spark;
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public CommandHelp help() {
        return new CommandHelp(
                "Trains a model further on texts, and writes it as the next version of a model.",
                "spark-submit [spark options] promptmill.jar finetune --data PATH --output FOLDER [options]",
                List.of(
                        "",
                        "One task trains, whatever the number of executors. Texts are joined by <|endoftext|> and cut",
                        "into blocks; the version is a folder that transformers loads and generate takes.",
                        "Exit codes: 0 done, 2 wrong usage, 3 data refused, 4 model refused, 5 output refused,",
                        "7 interrupted (--resume continues), 1 anything else."));
    }

    @Override
    public ExitCode run(OptionReader options, Console console) throws RefusalException {
        FinetuneSettings settings = FinetuneSettings.read(options);
        return spark.run(
                console, OPTIONS.command() + " " + settings.output(), (session, interrupted) -> new FinetuneJob(
                                session, settings, interrupted, console.out(), console.err())
                        .run());
    }
}
