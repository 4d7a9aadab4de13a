package io.promptmill.jobs.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.store.StoreContract;
import io.promptmill.jobs.testing.FlakyFileSystem;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.spark.executor.AttemptJournal.InFlight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one attempt at a chunk notes and a later one reads, on local files that may fail. */
class ChunkJournalTest {
    private static final int CHUNK = 5;
    /** The name of an executor that this test's Spark does not have. */
    private static final String ENDED = "3";

    private static final InFlight MANY = new InFlight(Set.of("a", "b/é", "c"), false);
    private static final InFlight ONE = new InFlight(Set.of("b/é"), true);

    @TempDir
    private Path folder;

    private OutputFiles files;

    @BeforeEach
    void open() throws IOException {
        TestSpark.session();
        files = new OutputFiles("flaky:" + folder, FlakyFileSystem.register(new Configuration()));
    }

    @AfterEach
    void recover() {
        FlakyFileSystem.every(1, FlakyFileSystem.Fault.NONE);
    }

    @Test
    void whatWasNotedLastIsLostWithTheExecutor() {
        ChunkJournal journal = journal(ENDED, 17);
        journal.note(MANY);
        journal.note(ONE);
        assertThat(journal(ENDED, 18).lost()).containsExactly(ONE);
    }

    @Test
    void eachAttemptHasAJournalOfItsOwn() {
        journal(ENDED, 17).note(MANY);
        journal("4", 18).note(ONE);
        assertThat(journal("5", 19).lost()).containsExactlyInAnyOrder(MANY, ONE);
        assertThat(ChunkJournal.lost(files, List.of(1, CHUNK))).containsExactlyInAnyOrder(MANY, ONE);
    }

    @Test
    void nothingIsLostOfAnAttemptThatHasComeToItsEndOrHasNothingInFlight() throws IOException {
        try (ChunkJournal ended = journal(ENDED, 17)) {
            ended.note(ONE);
        }
        ChunkJournal idle = journal(ENDED, 18);
        idle.note(MANY);
        idle.note(InFlight.NOTHING);
        assertThat(journal(ENDED, 19).lost()).isEmpty();
        assertThat(StoreContract.sizes(files)).isEmpty();
    }

    @Test
    void nothingIsLostOfAnotherChunkOrOfAnExecutorThatIsAlive() {
        new ChunkJournal(files, CHUNK + 1, ENDED, 17).note(ONE);
        journal(SparkEnv.get().executorId(), 18).note(ONE);
        assertThat(journal(ENDED, 19).lost()).isEmpty();
    }

    @Test
    void aJournalThatCannotBeReadIsNoneAndTheOthersCount() throws IOException {
        journal(ENDED, 17).note(ONE);
        Path torn = folder.resolve(OutputFiles.temporaryName("journal-00005-3-18.json"));
        for (String content : List.of("", "{\"promptIds\":[\"a\"", "{\"alone\":true}", "null", "\0", "[]")) {
            Files.writeString(torn, content);
            assertThat(journal(ENDED, 19).lost()).as(content).containsExactly(ONE);
        }
    }

    @Test
    void aStoreThatFailsDoesNotFailTheAttempt() {
        ChunkJournal journal = journal(ENDED, 17);
        FlakyFileSystem.every(1, FlakyFileSystem.Fault.CREATE_FAILS);
        journal.note(MANY);
        FlakyFileSystem.every(1, FlakyFileSystem.Fault.WRITE_FAILS);
        journal.note(MANY);
        assertThat(journal.lost()).isEmpty();
    }

    @Test
    void whereNoAttemptHasNotedAnythingNothingIsLost() {
        assertThat(journal(ENDED, 17).lost()).isEmpty();
    }

    private ChunkJournal journal(String executor, long attempt) {
        return new ChunkJournal(files, CHUNK, executor, attempt);
    }
}
