package io.promptmill.jobs.prepare;

import io.promptmill.jobs.command.Version;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.prepare.PreparedData.RawData;
import io.promptmill.jobs.tracking.Lineage;
import io.promptmill.jobs.tracking.LineageJob;
import io.promptmill.jobs.tracking.OpenLineageEvent;
import io.promptmill.jobs.tracking.RunRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** How a run of {@code prepare} goes, told in its data folder as events of OpenLineage. Single-threaded. */
final class RunEvents {
    private final DataFolder folder;
    private final Lineage source;
    private final String run =
            RunRecord.id(Instant.now(), ThreadLocalRandom.current().nextInt());

    /** The events of a new run over these files into a folder that it holds. */
    RunEvents(DataFolder folder, RawData source) {
        this.folder = folder;
        this.source = source.lineage(folder.earlierLineage(), folder.path());
    }

    /** It begins. */
    void started() throws IOException {
        write(OpenLineageEvent.Type.START, source, null);
    }

    /** All texts are written. */
    void completed(Lineage lineage) throws IOException {
        write(OpenLineageEvent.Type.COMPLETE, lineage, null);
    }

    /** It has ended by a failure, of which this must not hide anything. */
    void failed(Throwable failure) {
        try {
            write(OpenLineageEvent.Type.FAIL, source, Failures.rootMessage(failure));
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void write(OpenLineageEvent.Type type, Lineage lineage, String error) throws IOException {
        OpenLineageEvent event =
                new OpenLineageEvent(type, Instant.now(), run, LineageJob.PREPARE, lineage, Version.number(), error);
        folder.write(event.file(), new String(event.json(), StandardCharsets.UTF_8));
    }
}
