package io.promptmill.jobs.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.finetune.FinetuneOptions;
import io.promptmill.jobs.lease.Lease;
import io.promptmill.jobs.lease.LeaseLostException;
import io.promptmill.jobs.lease.LeaseTicket;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunMetricsTest {
    private static final String RUN = "runs/20261128T120000Z-000001";

    @TempDir
    private Path temp;

    private OutputFiles files;
    private Lease lease;
    private TrainingHistory history;
    private long seconds;
    /** What the clock gains each time it is looked at. */
    private long secondsALook;

    @BeforeEach
    void hold() throws Exception {
        files = new OutputFiles(temp.resolve("out").toString(), new Configuration());
        lease = Lease.acquire(files);
        history = new TrainingHistory(FinetuneOptions.recipe(100, "--logging-steps=1"), TrainerState.BEGIN);
    }

    @AfterEach
    void giveBack() {
        lease.close();
    }

    @Test
    void theFilesGrowAtMostEveryTenSecondsAndAtEveryCheckpoint() throws Exception {
        RunMetrics metrics = metrics(lease.ticket());
        measure();
        seconds = 9;
        metrics.grow(history);
        assertThat(file()).doesNotExist();
        seconds = 10;
        metrics.grow(history);
        assertThat(Files.readAllLines(file())).hasSize(1);
        measure();
        seconds = 19;
        metrics.grow(history);
        assertThat(Files.readAllLines(file())).hasSize(1);
        metrics.write(history);
        assertThat(Files.readAllLines(file())).hasSize(2);
        measure();
        seconds = 28;
        metrics.grow(history);
        assertThat(Files.readAllLines(file())).hasSize(2);
        seconds = 29;
        metrics.grow(history);
        assertThat(Files.readAllLines(file())).hasSize(3);
    }

    @Test
    void whereItTakesASecondThePauseIsAHundredOfThem() throws Exception {
        RunMetrics metrics = metrics(lease.ticket());
        secondsALook = 1;
        metrics.write(history);
        secondsALook = 0;
        long written = seconds;
        measure();
        seconds = written + 99;
        metrics.grow(history);
        assertThat(file()).isEmptyFile();
        seconds = written + 100;
        metrics.grow(history);
        assertThat(Files.readAllLines(file())).hasSize(1);
    }

    @Test
    void aFileThatCannotBeWrittenEndsNoTrainingButALostLeaseDoes() throws Exception {
        Files.createDirectories(file().resolve("in the way"));
        metrics(lease.ticket()).write(history);
        assertThat(file().resolve("in the way")).isDirectory();
        LeaseTicket another = new LeaseTicket(lease.ticket().term(), "another");
        assertThatThrownBy(() -> metrics(another).write(history)).isInstanceOf(LeaseLostException.class);
    }

    private RunMetrics metrics(LeaseTicket ticket) {
        return new RunMetrics(files, ticket, RUN, () -> {
            seconds += secondsALook;
            return TimeUnit.SECONDS.toNanos(seconds);
        });
    }

    private void measure() {
        history.stepDone(3, 64, 0.5);
        history.log(1e-4, 1, null, 0);
    }

    private Path file() throws IOException {
        return Files.createDirectories(temp.resolve("out").resolve(RUN)).resolve(RunTarget.METRICS);
    }
}
