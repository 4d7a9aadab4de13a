package io.promptmill.jobs.prepare;

import io.promptmill.jobs.command.Command;
import io.promptmill.jobs.command.CommandHelp;
import io.promptmill.jobs.command.Console;
import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.command.OptionTable;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.session.JobSession;
import java.util.List;

/** The command {@code prepare}: its options become {@link PrepareSettings}, and {@link PrepareJob} runs on a Spark of its own. */
public final class PrepareCommand implements Command {
    static final OptionTable OPTIONS =
            OptionTable.of("prepare", PrepareOption.values()).withConfFile();

    private final JobSession spark;

    /** The command on that Spark, which is started when it runs. */
    public PrepareCommand(JobSession spark) {
        this.spark = spark;
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public CommandHelp help() {
        return new CommandHelp(
                "Makes training texts of users' posts.",
                "spark-submit [spark options] promptmill.jar prepare --input PATH --output FOLDER [options]",
                List.of(
                        "",
                        "Each post is left out for the first reason that holds: it is bad, its user opted out, it is a",
                        "retweet, in another language, short, or a duplicate; all others are kept.",
                        "Exit codes: 0 done, 2 wrong usage, 3 input refused, 5 output refused, 7 interrupted,",
                        "1 anything else."));
    }

    @Override
    public ExitCode run(OptionReader options, Console console) throws RefusalException {
        PrepareSettings settings = PrepareSettings.read(options);
        return spark.run(console, OPTIONS.command() + " " + settings.output(), (session, interrupted) -> new PrepareJob(
                        session, settings, interrupted, console.out(), console.err())
                .run());
    }
}
