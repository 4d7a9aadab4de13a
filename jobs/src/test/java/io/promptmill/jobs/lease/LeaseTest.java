package io.promptmill.jobs.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.generate.GenerateRuns;
import io.promptmill.jobs.output.TestFolders;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseTest {
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

    @TempDir
    private Path folder;

    private OutputFiles files;

    @BeforeEach
    void openFolder() throws IOException {
        files = new OutputFiles(folder.toString(), new Configuration());
    }

    @Test
    void aLeaseIsGivenBackWithoutATrace() throws Exception {
        try (Lease lease = Lease.acquire(files)) {
            lease.keepAlive(() -> {});
            lease.check();
        }
        assertThat(GenerateRuns.files(folder)).isEmpty();
        Lease.acquire(files).close();
    }

    @Test
    void aLivingHolderIsNamedInTheRefusalAndNothingIsTouched() throws Exception {
        try (Lease lease = Lease.acquire(files)) {
            Map<String, String> before = GenerateRuns.files(folder);
            assertThatThrownBy(() -> Lease.acquire(files))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageMatching("output_in_use: --output file:" + folder + " is being written by another run,"
                            + " process " + ProcessHandle.current().pid() + " on \\S+ gave a sign of life \\d s ago,"
                            + " wait until it has ended, or choose another output folder; a driver that is silent for"
                            + " 60 s is taken for dead");
            assertThat(GenerateRuns.files(folder)).isEqualTo(before);
            lease.check();
        }
    }

    @Test
    void aSilentHolderIsSucceededAndStopsWhenItWakesUp() throws Exception {
        Lease zombie = Lease.acquire(files);
        silence();
        try (Lease successor = Lease.acquire(files)) {
            assertThatThrownBy(zombie::check)
                    .isInstanceOf(LeaseLostException.class)
                    .hasMessage("Another run has taken over file:" + folder + " because this one gave no sign of life"
                            + " for 60 s; this one ends, the other one has its finished chunks.");
            CountDownLatch told = new CountDownLatch(1);
            zombie.keepAlive(told::countDown);
            assertThat(told.await(1, TimeUnit.MINUTES)).isTrue();
            zombie.close();
            successor.check();
        }
        assertThatThrownBy(() -> zombie.ticket().check(files)).isInstanceOf(LeaseLostException.class);
        assertThat(GenerateRuns.files(folder)).isEmpty();
    }

    @Test
    void aZombieDoesNotMistakeALaterLeaseOfItsNumberForItsOwn() throws Exception {
        Lease zombie = Lease.acquire(files);
        silence();
        Lease.acquire(files).close();
        try (Lease third = Lease.acquire(files)) {
            assertThat(third.ticket().term()).isEqualTo(zombie.ticket().term());
            assertThatThrownBy(zombie::check).isInstanceOf(LeaseLostException.class);
        }
    }

    @Test
    void aHeartbeatKeepsAnOldLeaseAlive() throws Exception {
        try (Lease lease = Lease.acquire(files)) {
            silence();
            files.fileSystem()
                    .create(LeaseFile.heartbeat(files, lease.ticket().owner()), true)
                    .close();
            assertThatThrownBy(() -> Lease.acquire(files)).hasMessageStartingWith("output_in_use: ");
        }
    }

    @Test
    void aProcessThatHasVisiblyEndedIsSucceededAtOnce() throws Exception {
        Process process = new ProcessBuilder("true").start();
        LeaseHolder here = LeaseHolder.here();
        assertThat(here.machine()).isNotEmpty();
        assertThat(here.isDead()).isFalse();
        process.waitFor();
        LeaseHolder dead = new LeaseHolder("x", "h", process.pid(), here.started(), here.machine());
        assertThat(dead.isDead()).isTrue();
        write(1, Json.write(dead));
        Lease.acquire(files).close();
        // Its number was given to a later process.
        assertThat(new LeaseHolder("x", "h", here.pid(), "2020-01-01T00:00:00Z", here.machine()).isDead())
                .isTrue();
        // Nobody can see from here.
        assertThat(new LeaseHolder("x", "h", process.pid(), here.started(), "another machine").isDead())
                .isFalse();
        assertThat(new LeaseHolder("x", "h", process.pid(), here.started(), "").isDead())
                .isFalse();
    }

    @Test
    void ofADamagedLeaseOnlyTheAgeCounts() throws Exception {
        write(7, "{\"owner\": 3");
        assertThatThrownBy(() -> Lease.acquire(files))
                .hasMessageContaining("a driver that cannot be named gave a sign of life ");
        silence();
        try (Lease lease = Lease.acquire(files)) {
            assertThat(lease.ticket().term()).isEqualTo(8);
        }
        assertThat(GenerateRuns.files(folder)).isEmpty();
    }

    @RepeatedTest(20)
    void ofDriversThatRaceForAFolderExactlyOneGetsIt() throws Exception {
        write(1, Json.write(LeaseHolder.here()));
        silence();
        int drivers = 4;
        CyclicBarrier start = new CyclicBarrier(drivers);
        ExecutorService threads = Executors.newFixedThreadPool(drivers);
        try {
            List<Callable<Lease>> races = new ArrayList<>();
            for (int i = 0; i < drivers; i++) {
                races.add(() -> {
                    start.await();
                    try {
                        return Lease.acquire(files);
                    } catch (RefusalException e) {
                        assertThat(e).hasMessageStartingWith("output_in_use: ");
                        return null;
                    }
                });
            }
            List<Lease> winners = new ArrayList<>();
            for (Future<Lease> race : threads.invokeAll(races)) {
                if (race.get() != null) {
                    winners.add(race.get());
                }
            }
            assertThat(winners).hasSize(1);
            winners.get(0).check();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void driversThatComeAndGoDisturbNobody() throws Exception {
        int drivers = 4;
        int turns = 25;
        CyclicBarrier start = new CyclicBarrier(drivers);
        ExecutorService threads = Executors.newFixedThreadPool(drivers);
        try {
            Callable<Integer> driver = () -> {
                int held = 0;
                for (int turn = 0; turn < turns; turn++) {
                    start.await();
                    try (Lease lease = Lease.acquire(files)) {
                        files.deleteTemporary();
                        lease.check();
                        held++;
                    } catch (RefusalException e) {
                        assertThat(e).hasMessageStartingWith("output_in_use: ");
                    }
                }
                return held;
            };
            int held = 0;
            for (Future<Integer> end : threads.invokeAll(Collections.nCopies(drivers, driver))) {
                held += end.get();
            }
            assertThat(held).isBetween(turns, drivers * turns);
        } finally {
            threads.shutdownNow();
        }
        assertThat(GenerateRuns.files(folder)).isEmpty();
    }

    @Test
    void aForgottenClaimIsClearedByTheNextHolderAndAFreshOneIsLeftAlone() throws Exception {
        Path forgotten = claim();
        silence();
        Path fresh = claim();
        Lease.acquire(files).close();
        assertThat(forgotten).doesNotExist();
        assertThat(fresh).exists();
        assertThat(TestFolders.others(files)).isEmpty();
    }

    private Path claim() throws IOException {
        Path file = Path.of(files.newClaim().toUri().getPath());
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }

    private void write(int term, String content) throws IOException {
        Path file = folder.resolve(LeaseFile.name(term));
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /** As if nobody had written for years. */
    private void silence() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, LONG_AGO);
            }
        }
    }
}
