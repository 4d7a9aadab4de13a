package io.promptmill.jobs.command;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import java.io.IOException;

/** A command of Promptmill: a table of options, and what is done with their values. */
public interface Command {
    /** Its name and options. */
    OptionTable options();

    /** What the help says around the options. */
    CommandHelp help();

    /**
     * Runs it to its end.
     *
     * @param options what was asked for
     * @param console where it prints
     * @throws RefusalException before anything has been written
     */
    ExitCode run(OptionReader options, Console console) throws RefusalException, IOException;
}
