package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.promptmill.jobs.cluster.DriverProcess;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RunFailedException;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.testing.FailingFileSystem;
import io.promptmill.jobs.testing.TestSpark;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that fail for no fault of the user's. */
class FailedRunIT {
    @TempDir
    private Path temp;

    @Test
    void aRunThatFailsTellsWhatIsLeftAndClearsItsTemporaryFiles() throws Exception {
        FailingFileSystem.register(TestSpark.session().sparkContext().hadoopConfiguration());
        Path output = temp.resolve("out");
        Throwable failure = catchThrowable(() -> new GenerateRuns()
                .generate(() -> false, GenerateRuns.PROMPTS, FailingFileSystem.SCHEME + ":" + output, "--chunks=2"));
        assertThat(failure).isInstanceOf(RunFailedException.class);
        assertThat(Failures.explain(failure))
                .isEqualTo("failed: IOException: the disk is full, says the test, failing:" + output
                        + " holds 0 finished of 2 chunks, --verbose shows the whole story");
        assertThat(output.resolve(RunPlan.FILE)).exists();
        assertThat(output.resolve("_SUCCESS")).doesNotExist();
        assertThat(GenerateRuns.files(output)).containsOnlyKeys(RunPlan.FILE);
    }

    @Test
    void aFailureBeforeThePlanSaysThatNothingWasWritten() {
        assertThat(Failures.explain(new RunFailedException("nothing was written", new IllegalStateException("odd"))))
                .isEqualTo("failed: IllegalStateException: odd, nothing was written, --verbose shows the whole story");
        assertThat(Failures.explain(new IllegalStateException("odd")))
                .isEqualTo("failed: IllegalStateException: odd, nothing was written, --verbose shows the whole story");
    }

    @Test
    void aProcessThatAnErrorEndsExitsWith1AndNotAsInterrupted() throws Exception {
        Path output = temp.resolve("fatal").resolve("out");
        DriverProcess driver = DriverProcess.run(
                List.of(
                        "--master=local[1]",
                        "--conf=spark.hadoop.fs.failing.impl=" + FailingFileSystem.class.getName()),
                temp,
                "generate",
                "--input=" + GenerateRuns.PROMPTS,
                "--output=" + FailingFileSystem.SCHEME + ":" + output);
        assertThat(driver.exitCode()).isEqualTo(ExitCode.OTHER_FAILURE.number());
        assertThat(driver.console())
                .contains("promptmill: failed: OutOfMemoryError: all memory is gone, says the test, failing:" + output
                        + " holds 0 finished of 1 chunk, --verbose shows the whole story")
                .doesNotContain("interrupted");
        assertThat(output.resolve("_promptmill/tmp")).doesNotExist();
    }
}
