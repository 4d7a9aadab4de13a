package io.promptmill.jobs.compare;

import io.promptmill.jobs.command.Command;
import io.promptmill.jobs.command.CommandHelp;
import io.promptmill.jobs.command.Console;
import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.command.OptionTable;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.session.JobSession;
import java.util.List;

/** The command {@code compare}: its options become {@link CompareSettings}, and {@link CompareJob} runs on a Spark of its own. */
public final class CompareCommand implements Command {
    static final OptionTable OPTIONS = OptionTable.of("compare", CompareOption.values())
            .withArgument(CompareOption.FIRST)
            .withArgument(CompareOption.SECOND);

    private final JobSession spark;

    /** The command on that Spark, which is started when it runs. */
    public CompareCommand(JobSession spark) {
        this.spark = spark;
    }

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public CommandHelp help() {
        return new CommandHelp(
                "Tells whether two outputs of generate have equal rows, and if not, where and why they differ.",
                "spark-submit [spark options] promptmill.jar compare A B [options]",
                List.of(
                        "",
                        "Rows are found by id and index, in any layout and in any number of chunks, finished or not; floats",
                        "are compared bit by bit.",
                        "Exit codes: 0 equal, 9 different, 2 wrong usage, 5 a folder refused, 7 interrupted, 1 anything else."));
    }

    @Override
    public ExitCode run(OptionReader options, Console console) throws RefusalException {
        CompareSettings settings = CompareSettings.read(options);
        return spark.run(
                console,
                OPTIONS.command() + " " + settings.first() + " " + settings.second(),
                (session, interrupted) ->
                        new CompareJob(session, settings, interrupted, console.out(), console.err()).run());
    }
}
