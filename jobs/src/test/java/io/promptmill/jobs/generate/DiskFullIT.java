package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.failure.RunFailedException;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.testing.BrokenModel;
import io.promptmill.jobs.testing.SmallDisk;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are really full: one clear line, no half file, and a resume that ends the run once there is room. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DiskFullIT {
    private static final String[] SETTINGS = {"--chunks=6", "--max-new-tokens=4", "--resume"};

    private final GenerateRuns runs = new GenerateRuns();
    private Map<String, String> undisturbed;

    @TempDir
    private Path temp;

    @BeforeAll
    void runUndisturbed(@TempDir Path shared) throws Exception {
        runs.generate(GenerateRuns.PROMPTS, shared.resolve("out"), SETTINGS);
        undisturbed = GenerateRuns.chunks(shared.resolve("out"));
        assertThat(undisturbed).hasSize(6);
    }

    @AfterAll
    static void stopSpark() {
        TestSpark.stop(); // it may have had local folders of its own
    }

    @Test
    void anOutputDiskThatFillsUpAtAnyPointLeavesWholeFilesAndARunThatCanBeResumed() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 1 << 20)) {
            Path output = disk.folder().resolve("out");
            int failures = 0;
            for (long free = 0; failWith(disk, output, free); free += 2 * SmallDisk.PAGE) {
                failures++;
            }
            assertThat(failures).isGreaterThan(3);
            assertThat(GenerateRuns.chunks(output)).isEqualTo(undisturbed);
            assertThat(output.resolve("_SUCCESS")).exists();
            assertThat(output.resolve("_promptmill/tmp")).doesNotExist();
        }
    }

    /** Whether the run found no room; otherwise it is done. */
    private boolean failWith(SmallDisk disk, Path output, long free) throws IOException {
        disk.leave(free);
        try {
            assertThat(runs.generate(GenerateRuns.PROMPTS, output, SETTINGS)).isEqualTo(ExitCode.DONE);
            return false;
        } catch (RefusalException e) {
            assertThat(e.exitCode()).isEqualTo(ExitCode.OUTPUT_REFUSED);
            assertThat(e).hasMessageContaining("output_unusable: ").hasMessageContaining("No space left on device");
        } catch (RunFailedException e) {
            assertThat(Failures.explain(e))
                    .matches("failed: IOException: Cannot write file:" + output
                            + "/_promptmill/tmp/\\S+: No space left on" + " device, file:" + output
                            + " holds \\d finished of 6 chunks, --verbose shows the whole story");
        }
        Map<String, String> left = GenerateRuns.files(output);
        assertThat(undisturbed).containsAllEntriesOf(GenerateRuns.chunks(output));
        left.keySet().removeAll(undisturbed.keySet());
        assertThat(left.keySet())
                .isSubsetOf(RunPlan.FILE, Manifest.FILE, "_promptmill/work.json", "_promptmill/report.html");
        return true;
    }

    @Test
    void aFullLocalDiskOfSparkEndsTheRunWhichAResumeWithRoomFinishes() throws Exception {
        Path model = BrokenModel.atPosition(200, temp.resolve("model")); // beyond all rows; not in memory yet
        String[] settings = {"--chunks=6", "--max-new-tokens=4", "--resume", "--model=" + model};
        Path output = temp.resolve("out");
        try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 8 << 20)) {
            startSparkOn(disk);
            try {
                assertThat(failure(output, settings))
                        .as("there is room for the shuffle, and none for the model")
                        .matches("failed: IOException: Cannot bring the model to this executor by way of "
                                + disk.folder() + "/\\S+: No space left on device, file:" + output
                                + " holds 0 finished of 6 chunks, --verbose shows the whole story");
                disk.leave(0);
                assertThat(failure(temp.resolve("none"), settings))
                        .as("no room for the shuffle either")
                        .contains("No space left on device")
                        .endsWith(", nothing was written, --verbose shows the whole story");
                assertThat(temp.resolve("none")).doesNotExist();
            } finally {
                TestSpark.stop();
            }
        }
        assertThat(GenerateRuns.files(output)).containsOnlyKeys(RunPlan.FILE);
        assertThat(runs.generate(GenerateRuns.PROMPTS, output, settings)).isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.files(output).keySet())
                .containsAll(undisturbed.keySet())
                .contains("_SUCCESS");
    }

    private static void startSparkOn(SmallDisk disk) {
        TestSpark.stop();
        SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "4")
                .config("spark.local.dir", disk.folder().toString())
                // Old shuffles make no room at some later time.
                .config("spark.cleaner.referenceTracking", "false")
                .getOrCreate();
    }

    private String failure(Path output, String... settings) {
        return Failures.explain(catchThrowableOfType(
                RunFailedException.class, () -> runs.generate(GenerateRuns.PROMPTS, output, settings)));
    }
}
