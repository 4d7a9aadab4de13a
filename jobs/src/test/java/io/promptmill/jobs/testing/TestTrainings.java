package io.promptmill.jobs.testing;

import io.promptmill.jobs.tracking.Losses;
import io.promptmill.jobs.tracking.Machine;
import io.promptmill.jobs.tracking.ModelReference;
import io.promptmill.jobs.tracking.RunRecord;
import io.promptmill.jobs.tracking.RunStatus;
import io.promptmill.jobs.tracking.Totals;
import io.promptmill.jobs.tracking.TrainingData;
import java.time.Instant;
import java.util.Map;

/** Trainings that have ended. */
public final class TestTrainings {
    private TestTrainings() {}

    /** One of a second of its own. */
    public static RunRecord finished(int second) {
        Instant started = Instant.parse("2026-11-28T15:45:00Z").plusSeconds(second);
        return new RunRecord(
                RunRecord.id(started, 7),
                "alice",
                RunStatus.FINISHED,
                started.toString(),
                started.plusSeconds(60).toString(),
                "1.0",
                new Machine("AVX2", 2, 2, "cpu", null),
                Map.of(),
                new TrainingData("data/alice", "a0".repeat(32), "1f".repeat(32), 9L, 1L, 900, 100L, 9, 100),
                new ModelReference("sample-model", null, "b0".repeat(32)),
                null,
                new Totals(9, 1, 900, 60, 15),
                new Losses(3.5, 3.25, Math.exp(3.25), 9L, 3.25, Math.exp(3.25)));
    }
}
