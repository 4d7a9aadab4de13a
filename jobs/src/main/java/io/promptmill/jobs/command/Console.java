package io.promptmill.jobs.command;

import io.promptmill.UriKeys;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * Where a command prints; what could steer a terminal is shown by its number.
 *
 * @param out takes results
 * @param err takes progress, warnings and failures
 * @param detail how much is shown
 */
public record Console(PrintStream out, PrintStream err, ShownDetail detail) {
    public Console {
        out = new PlainStream(out);
        err = new PlainStream(err);
    }

    /**
     * Tells why a command has ended, in one line or, where all is shown, with the stack trace.
     *
     * @return what the process is to exit with
     */
    public ExitCode tell(Throwable failure) {
        Failures.throwIfFatal(failure);
        boolean refused = failure instanceof RefusalException;
        err.println("promptmill: " + (refused ? failure.getMessage() : Failures.explain(failure)));
        if (detail == ShownDetail.ALL) {
            err.print(UriKeys.hide(stackTrace(failure)));
        }
        return refused ? ((RefusalException) failure).exitCode() : ExitCode.OTHER_FAILURE;
    }

    private static String stackTrace(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace, true));
        return trace.toString();
    }
}
