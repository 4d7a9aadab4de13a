package io.promptmill.jobs.tracking;

import io.promptmill.jobs.counts.UserCounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A made-up run that looks like one, for tests of what is written from it. */
public final class TestStories {
    /** A user with counts of a usual kind. */
    public static final UserCounts KEEPER = user("keeper_of_light", "Maud Hale");

    /** Another one. */
    public static final UserCounts BAKER = user("nightbaker", "Ivo, baker at night");

    /** And another one. */
    public static final UserCounts CLOCKS = user("oldclocks", "Tobias Wren");

    private static final int STEPS = 400;

    private TestStories() {}

    /** Counts of a user. */
    public static UserCounts user(String user, String name) {
        return new UserCounts(user, name, 1250, 210, 140, 0, 0, 0, 0, 900, 90);
    }

    /** A finished run over posts of these users. */
    public static RunStory of(UserCounts... users) {
        return of("lighthouse", List.of(users));
    }

    /** A finished run of a model with a name. */
    public static RunStory of(String model, List<UserCounts> users) {
        Lineage lineage = Lineage.NONE
                .with(ArtifactKind.RAW, "posts.jsonl", "aa".repeat(32))
                .with(ArtifactKind.PREPARED, "lighthouse-data", "bb".repeat(32))
                .with(ArtifactKind.PRETRAINED, "gpt2", "cc".repeat(32))
                .with(ArtifactKind.FINE_TUNED, model, "dd".repeat(32));
        return new RunStory(run(model), metrics(), samples(), users, lineage);
    }

    private static RunRecord run(String model) {
        return new RunRecord(
                        RunRecord.id(Instant.parse("2026-11-28T15:45:00Z"), 0x1a2b3c),
                        model,
                        RunStatus.RUNNING,
                        "2026-11-28T15:45:00Z",
                        null,
                        "0.1.0",
                        new Machine("AVX512_VNNI", 8, 2, "cpu", 24L << 30),
                        Map.of(
                                "learning-rate",
                                1.372e-4,
                                "lr-scheduler-type",
                                "cosine",
                                "num-train-epochs",
                                1,
                                "per-device-train-batch-size",
                                1,
                                "seed",
                                42,
                                "shuffle",
                                true),
                        new TrainingData(
                                "/data/lighthouse-data",
                                "bb".repeat(32),
                                "ee".repeat(32),
                                2430L,
                                270L,
                                409_600,
                                9_216L,
                                400,
                                1024),
                        new ModelReference("/models/gpt2", null, "cc".repeat(32)),
                        null,
                        Totals.NONE,
                        Losses.NONE)
                .at(
                        new Totals(STEPS, 1, 409_600, 2541.5, 173.2),
                        new Losses(3.104, 3.262, Math.exp(3.262), 360L, 3.258, Math.exp(3.258)))
                .ended(
                        RunStatus.FINISHED,
                        Instant.parse("2026-11-28T16:27:21Z"),
                        new ModelReference("/models/" + model + "/v3", "v3", "dd".repeat(32)));
    }

    private static List<Metric> metrics() {
        Random random = new Random(7);
        List<Metric> metrics = new ArrayList<>();
        for (int step = 5; step <= STEPS; step += 5) {
            double progress = (double) step / STEPS;
            double loss = 3.1 + 1.4 * Math.exp(-6 * progress) + 0.12 * random.nextGaussian();
            Double heldOut = step % 40 == 0 ? 3.25 + 1.2 * Math.exp(-5 * progress) : null;
            metrics.add(new Metric(
                    step,
                    progress,
                    loss,
                    heldOut,
                    heldOut == null ? null : Math.exp(heldOut),
                    1.372e-4 * 0.5 * (1 + Math.cos(Math.PI * progress)),
                    1 + 2 * Math.exp(-8 * progress) + 0.2 * random.nextDouble(),
                    170 + 6 * random.nextGaussian(),
                    step * 6.3));
        }
        return metrics;
    }

    private static List<Sample> samples() {
        List<String> ends = List.of(
                " to keep one lamp lit until the last boat is home, and then to sleep through a whole storm.",
                " bread that knows when I am tired & rises by itself.",
                " a clock that is late with me.",
                " to be the fog's only friend.",
                " that somebody oils the door to the stairs before I am eighty.");
        List<Sample> samples = new ArrayList<>();
        for (long step = 80; step <= STEPS; step += 80) {
            for (int i = 0; i < ends.size(); i++) {
                String end = ends.get((int) ((i + step / 80) % ends.size()));
                samples.add(new Sample(step, "My dream is", "My dream is" + end));
            }
        }
        return samples;
    }
}
