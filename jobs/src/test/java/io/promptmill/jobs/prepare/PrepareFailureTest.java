package io.promptmill.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
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
    private static final String[] EVENTS = {"events/prepare-fail.json", "events/prepare-start.json"};

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
    void aFullDiskLeavesNothingButTheEventsThatTellOfIt() throws Exception {
        FailingFileSystem.register(hadoop);
        Path data = temp.resolve("data");
        Throwable failure = catchThrowable(() -> runs.prepare(posts, FailingFileSystem.SCHEME + ":" + data, OPTIONS));
        assertThat(failure).isInstanceOf(RunFailedException.class);
        assertThat(Failures.explain(failure))
                .isEqualTo(
                        "failed: IOException: the disk is full, says the test, no data was written, --verbose shows the"
                                + " whole story");
        assertThat(GenerateRuns.files(data)).containsOnlyKeys(EVENTS);
        assertThat(data.resolve("_promptmill")).doesNotExist();
        JsonNode event = PrepareRuns.event(data, "fail");
        assertThat(event.at("/eventType").asText()).isEqualTo("FAIL");
        assertThat(event.at("/run/runId"))
                .isEqualTo(PrepareRuns.event(data, "start").at("/run/runId"));
        assertThat(event.at("/run/facets/errorMessage/message").asText()).isEqualTo("the disk is full, says the test");
        assertThat(event.at("/inputs/0/name").asText()).isEqualTo("raw/posts-data");
        assertThat(event.at("/outputs")).isEmpty();

        assertThat(runs.prepare(posts, data, OPTIONS)).as("they are no data").isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.files(data))
                .containsKeys("data.json", "events/prepare-start.json", "events/prepare-complete.json")
                .doesNotContainKey("events/prepare-fail.json");
    }

    @Test
    void anInterruptionSaysWhatToDoAndLeavesNoData() throws Exception {
        FailingFileSystem.register(hadoop);
        Path data = temp.resolve("data");
        assertThat(runs.prepare(() -> true, posts, FailingFileSystem.SCHEME + ":" + data, OPTIONS))
                .isEqualTo(ExitCode.INTERRUPTED);
        assertThat(runs.err())
                .isEqualTo("promptmill: interrupted: no data was written, the same command begins anew\n");
        assertThat(GenerateRuns.files(data)).containsOnlyKeys(EVENTS);
    }

    @Test
    void anAnswerThatIsLostIsSettledByLooking() throws Exception {
        FlakyFileSystem.register(hadoop);
        runs.prepare(posts, temp.resolve("undisturbed/data"), OPTIONS);
        FlakyFileSystem.every(1, Fault.RENAME_DONE_THEN_DENIED);
        try {
            assertThat(runs.prepare(posts, "flaky:" + temp.resolve("disturbed/data"), OPTIONS))
                    .isEqualTo(ExitCode.DONE);
        } finally {
            FlakyFileSystem.every(1, Fault.NONE);
        }
        assertThat(PrepareRuns.files(temp.resolve("disturbed/data")))
                .isEqualTo(PrepareRuns.files(temp.resolve("undisturbed/data")));
    }
}
