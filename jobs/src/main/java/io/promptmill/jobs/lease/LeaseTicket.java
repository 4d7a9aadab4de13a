package io.promptmill.jobs.lease;

import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.io.Serializable;

/**
 * Tells a task whether the driver that sent it still holds the {@link Lease}; travels with the task.
 *
 * @param term number of the lease
 * @param owner its {@link LeaseHolder#owner}
 */
public record LeaseTicket(int term, String owner) implements Serializable {

    /** Fails where another driver has taken the output folder over. */
    public void check(OutputFiles files) throws IOException {
        LeaseFile latest = LeaseFile.latest(files).orElse(null);
        boolean held = latest != null
                && latest.term() == term
                && latest.holder()
                        .filter(holder -> holder.owner().equals(owner))
                        .isPresent();
        if (!held) {
            throw new LeaseLostException("Another run has taken over " + files.folder()
                    + " because this one gave no sign of life for " + LeaseFile.STALE_AFTER.toSeconds()
                    + " s; this one ends, the other one has its finished chunks.");
        }
    }
}
