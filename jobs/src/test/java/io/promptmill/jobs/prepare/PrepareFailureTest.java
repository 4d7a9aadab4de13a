package io.promptmill.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RunFailedException;
import io.promptmill.jobs.generate.GenerateRuns;
import io.promptmill.jobs.testing.FailingFileSystem;
import io.promptmill.jobs.testing.FlakyFileSystem;
import io.promptmill.jobs.testing.FlakyFileSystem.Fault;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of {@code prepare} that fail for no fault of the user's. */
class PrepareFailureTest {
    private static final String[] OPTIONS = {"--min-characters=0", "--held-out-share=0"};

    private final Configuration hadoop = TestSpark.session().sparkContext().hadoopConfiguration();
    private final PrepareRuns runs = new PrepareRuns();

    @TempDir
    Path temp;

    private Path posts;

    @BeforeEach
    void writePosts() throws IOException {
        posts = Files.writeString(
                temp.resolve("posts.jsonl"), "{\"user\": \"a\", \"id\": \"1\", \"text\": \"one two three\"}\n");
    }

    @Test
    void aFullDiskLeavesNothing() throws Exception {
        FailingFileSystem.register(hadoop);
        Path data = temp.resolve("data");
        Throwable failure = catchThrowable(() -> runs.prepare(posts, FailingFileSystem.SCHEME + ":" + data, OPTIONS));
        assertThat(failure).isInstanceOf(RunFailedException.class);
        assertThat(Failures.explain(failure))
                .isEqualTo(
                        "failed: IOException: the disk is full, says the test, nothing was written, --verbose shows the"
                                + " whole story");
        assertThat(GenerateRuns.files(data)).isEmpty();
    }

    @Test
    void anInterruptionSaysWhatToDoAndLeavesNothing() throws Exception {
        FailingFileSystem.register(hadoop);
        Path data = temp.resolve("data");
        assertThat(runs.prepare(() -> true, posts, FailingFileSystem.SCHEME + ":" + data, OPTIONS))
                .isEqualTo(ExitCode.INTERRUPTED);
        assertThat(runs.err())
                .isEqualTo("promptmill: interrupted: nothing was written, the same command begins anew\n");
        assertThat(GenerateRuns.files(data)).isEmpty();
    }

    @Test
    void anAnswerThatIsLostIsSettledByLooking() throws Exception {
        FlakyFileSystem.register(hadoop);
        runs.prepare(posts, temp.resolve("undisturbed"), OPTIONS);
        FlakyFileSystem.every(1, Fault.RENAME_DONE_THEN_DENIED);
        try {
            assertThat(runs.prepare(posts, "flaky:" + temp.resolve("disturbed"), OPTIONS))
                    .isEqualTo(ExitCode.DONE);
        } finally {
            FlakyFileSystem.every(1, Fault.NONE);
        }
        assertThat(GenerateRuns.files(temp.resolve("disturbed")))
                .isEqualTo(GenerateRuns.files(temp.resolve("undisturbed")));
    }
}
