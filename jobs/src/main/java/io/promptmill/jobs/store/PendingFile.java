package io.promptmill.jobs.store;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A file on its way into the output folder: written aside, then given its name whole, and never over another file. Closed
 * without that it leaves nothing. Single-threaded.
 */
public interface PendingFile extends AutoCloseable {
    /** Where its content goes; {@link #publish} closes it. */
    OutputStream stream();

    /**
     * Gives the file its name.
     *
     * @return false where the name is taken. By this very file perhaps: a store may have acted and lost its answer, so
     *     the caller has to look at what is there.
     * @throws IOException when the file has not got its name, or nobody knows
     */
    boolean publish() throws IOException;

    @Override
    void close() throws IOException;
}
