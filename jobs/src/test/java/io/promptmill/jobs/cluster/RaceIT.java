package io.promptmill.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.generate.GenerateRuns;
import io.promptmill.jobs.lease.LeaseFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two drivers of the real jar that want one folder, as processes on a real cluster: one writes, and the folder ends with
 * the rows and files of an undisturbed run. Only with {@code -Pchaos}; {@code ResumeIT} has races inside one JVM.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIfSystemProperty(named = "promptmill.chaos.races", matches = "\\d+(-\\d+)?", disabledReason = "takes long")
class RaceIT {
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

    private ClusterRuns runs;

    @TempDir
    private Path temp;

    private Path output;

    @BeforeAll
    void runUndisturbed(@TempDir Path shared) throws Exception {
        runs = new ClusterRuns(shared);
    }

    @AfterAll
    void closeCluster() {
        runs.close();
    }

    static Stream<Integer> races() {
        return ClusterRuns.range("promptmill.chaos.races").boxed();
    }

    @ParameterizedTest
    @MethodSource("races")
    void ofTwoDriversThatStartTogetherOneWritesAndTheOtherIsRefusedOrFindsItDone(int race) throws Exception {
        output = temp.resolve("out");
        long start = System.nanoTime();
        String clean = "no";
        String ends = "none";
        try {
            SubmittedRun one = submit("one");
            SubmittedRun other = submit("other");
            ends = end(one) + "," + end(other);
            assertThat(ends).isIn("done,refused", "refused,done", "done,found done", "found done,done");
            runs.assertAsUndisturbed(output);
            clean = "yes";
        } finally {
            ClusterRuns.report(
                    "race=%d ends=%s seconds=%.0f clean=%s", race, ends, (System.nanoTime() - start) / 1e9, clean);
        }
    }

    /** A driver that was halted and taken for dead wakes up while another has its folder. */
    @Test
    void aSecondDriverIsRefusedWhileTheFirstLivesAndAfterItWasTakenForDeadTheTwoNeverMix() throws Exception {
        output = temp.resolve("out");
        SubmittedRun zombie = submit("zombie");
        try {
            await(zombie, () -> !GenerateRuns.chunkNames(output).isEmpty());
            zombie.signal("STOP");
            SubmittedRun early = submit("early");
            assertThat(early.exitCode()).isEqualTo(ExitCode.OUTPUT_REFUSED.number());
            assertThat(early.printed()).contains("output_in_use: ");
            grow(output);
            SubmittedRun second = submit("second");
            await(second, () -> Files.exists(output.resolve(LeaseFile.name(2))));
            zombie.signal("CONT");
            assertThat(second.exitCode()).as(second.printed()).isZero();
            assertThat(zombie.exitCode()).as(zombie.printed()).isEqualTo(1);
            assertThat(zombie.printed()).contains("Another run has taken over file:" + output);
        } finally {
            zombie.driver().destroyForcibly();
        }
        runs.assertAsUndisturbed(output);
    }

    private String end(SubmittedRun run) throws Exception {
        int exitCode = run.exitCode();
        String printed = run.printed();
        if (exitCode == ExitCode.OUTPUT_REFUSED.number()) {
            assertThat(printed).containsPattern("output_(in_use|taken): ");
            return "refused";
        }
        assertThat(exitCode).as(printed).isZero();
        return printed.contains(" is finished, there is nothing to compute: ") ? "found done" : "done";
    }

    private SubmittedRun submit(String name) throws IOException {
        return runs.submit(
                output,
                temp.resolve(name),
                temp.resolve(name + ".txt"),
                List.of("--conf=spark.executor.cores=1"),
                "--resume");
    }

    private static void await(SubmittedRun run, Condition condition) throws Exception {
        while (!condition.holds()) {
            assertThat(run.driver().waitFor(20, TimeUnit.MILLISECONDS))
                    .as("ended before")
                    .isFalse();
        }
    }

    /** As if its driver had been silent for years. */
    private static void grow(Path output) throws IOException {
        for (String name : GenerateRuns.files(output).keySet()) {
            if (name.startsWith("_promptmill/")) {
                Files.setLastModifiedTime(output.resolve(name), LONG_AGO);
            }
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }
}
