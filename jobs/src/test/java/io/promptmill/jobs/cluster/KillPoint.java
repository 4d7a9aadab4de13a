package io.promptmill.jobs.cluster;

import io.promptmill.jobs.cluster.KillingFileSystem.Action;
import io.promptmill.jobs.cluster.KillingFileSystem.Event;
import io.promptmill.jobs.cluster.KillingFileSystem.Point;
import java.util.Optional;
import java.util.Random;

/**
 * Where in a run a process is killed. A file is written under a temporary name and closed, gets its name, and the
 * temporary name is deleted: before and after the middle one of these steps.
 */
enum KillPoint {
    DRIVER_BEFORE_PLAN(Event.CLOSED, "plan\\.json\\..*", Action.KILL_DRIVER),
    DRIVER_AFTER_PLAN(Event.DELETED, "plan\\.json\\..*", Action.KILL_DRIVER),
    DRIVER_MID_BATCH(Event.CREATED, "chunk-.*", Action.KILL_DRIVER),
    DRIVER_BEFORE_CHUNK_RENAME(Event.CLOSED, "chunk-.*", Action.KILL_DRIVER),
    DRIVER_AFTER_CHUNK_RENAME(Event.DELETED, "chunk-.*", Action.KILL_DRIVER),
    DRIVER_BEFORE_MANIFEST(Event.CREATED, "manifest\\.json\\..*", Action.KILL_DRIVER),
    DRIVER_BEFORE_SUCCESS(Event.DELETED, "manifest\\.json\\..*", Action.KILL_DRIVER),
    DRIVER_AFTER_SUCCESS(Event.DELETED, "_SUCCESS\\..*", Action.KILL_DRIVER),
    EXECUTOR_MID_BATCH(Event.CREATED, "chunk-.*", Action.KILL_EXECUTOR),
    EXECUTOR_BEFORE_CHUNK_RENAME(Event.CLOSED, "chunk-.*", Action.KILL_EXECUTOR),
    EXECUTOR_AFTER_CHUNK_RENAME(Event.DELETED, "chunk-.*", Action.KILL_EXECUTOR),
    DRIVER_AT_ANY_TIME(null, "", Action.KILL_DRIVER),
    EXECUTOR_AT_ANY_TIME(null, "", Action.KILL_EXECUTOR);

    private static final int MID_BATCH_MILLIS = 150;

    private final Event event;
    private final String file;
    private final Action action;

    KillPoint(Event event, String file, Action action) {
        this.event = event;
        this.file = file;
        this.action = action;
    }

    boolean killsDriver() {
        return action == Action.KILL_DRIVER;
    }

    /** The point in files; empty where only time counts. Of the chunks that one executor writes, one of the first three. */
    Optional<Point> inFiles(Random random) {
        if (event == null) {
            return Optional.empty();
        }
        boolean ofChunk = file.startsWith("chunk");
        int nth = ofChunk ? 1 + random.nextInt(3) : 1;
        int delay = ofChunk && event == Event.CREATED ? random.nextInt(MID_BATCH_MILLIS) : 0;
        return Optional.of(new Point(event, file, nth, action, delay));
    }
}
