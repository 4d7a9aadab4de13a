package io.promptmill.jobs.versions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.lease.Lease;
import io.promptmill.jobs.lease.LeaseLostException;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.store.PendingFile;
import io.promptmill.jobs.testing.TestTrainings;
import io.promptmill.jobs.testing.TestVersions;
import io.promptmill.pretrained.ModelVersion;
import io.promptmill.pretrained.ModelVersions.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionsFolderTest {
    private static final String DIGEST = "d0".repeat(32);

    @TempDir
    private Path temp;

    private Path model;
    private OutputFiles files;
    private VersionsFolder folder;

    @BeforeEach
    void open() throws IOException {
        model = temp.resolve("models/alice");
        files = new OutputFiles(model.toString(), new Configuration());
        folder = new VersionsFolder(files);
    }

    @Test
    void aVersionIsThereOnceItIsPublished() throws Exception {
        assertThat(folder.versions().entries()).isEmpty();
        try (Lease lease = Lease.acquire(files)) {
            VersionWriter writer = folder.begin(lease);
            assertThat(writer.name()).isEqualTo("v1");
            assertThat(writer.location()).isEqualTo("file:" + model + "/v1");
            writer.write("config.json", new byte[] {'{', '}'});
            try (PendingFile weights = writer.begin("model.safetensors")) {
                weights.stream().write(new byte[1000]);
                assertThat(model.resolve("v1/model.safetensors")).doesNotExist();
                writer.finish("model.safetensors", weights);
            }
            assertThat(folder.versions().entries()).isEmpty();
            assertThat(folder.versions().unfinished()).containsExactly("v1");
            ModelVersion published = writer.publish(TestTrainings.finished(1), DIGEST);
            assertThat(folder.versions().entries())
                    .extracting(entry -> entry.version().orElseThrow())
                    .containsExactly(published);
            assertThat(published.digest()).isEqualTo(DIGEST);
            assertThat(published.losses().eval()).hasValue(3.25);
            assertThat(published.parent().orElseThrow().location()).isEqualTo("sample-model");
            assertThat(published.data().heldOutDigest()).hasValue("1f".repeat(32));
        }
        assertThat(folder.runs()).containsExactly("20261128T154501Z-000007");
        assertThat(model.resolve("v1/config.json")).hasContent("{}");
        assertThat(model.resolve("v1/model.safetensors")).hasSize(1000);
    }

    @Test
    void whatARunHasLeftThatDiedKeepsItsNumberAndIsNotTouched() throws Exception {
        TestVersions.publish(model, 9, OptionalDouble.empty(), DIGEST);
        Path left = Files.createDirectories(model.resolve("v10")).resolve("config.json");
        Files.writeString(left, "left");
        try (Lease lease = Lease.acquire(files)) {
            VersionWriter writer = folder.begin(lease);
            assertThat(writer.name()).isEqualTo("v11");
            writer.publish(TestTrainings.finished(1), DIGEST);
        }
        assertThat(left).hasContent("left");
        assertThat(folder.versions().entries()).extracting(Entry::folderName).containsExactly("v9", "v11");
        assertThat(folder.versions().unfinished()).containsExactly("v10");
    }

    @Test
    void aPublishedFileIsNeverReplaced() throws Exception {
        try (Lease lease = Lease.acquire(files)) {
            VersionWriter writer = folder.begin(lease);
            writer.write("config.json", new byte[] {1});
            assertThatThrownBy(() -> writer.write("config.json", new byte[] {2}))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "file:" + model + "/v1/config.json is there already: another run has written this version");
            writer.publish(TestTrainings.finished(1), DIGEST);
            assertThatThrownBy(() -> writer.publish(TestTrainings.finished(2), DIGEST))
                    .hasMessageContaining("promptmill.json is there already");
        }
        assertThat(folder.runs()).containsExactly("20261128T154501Z-000007");
    }

    @Test
    void aDriverThatHasLostItsLeasePublishesNothing() throws Exception {
        Lease zombie = Lease.acquire(files);
        VersionWriter late = folder.begin(zombie);
        late.write("config.json", new byte[] {1});
        try (var leases = Files.list(model.resolve("_promptmill"))) {
            for (Path file : leases.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
            }
        }
        try (Lease successor = Lease.acquire(files)) {
            assertThat(folder.begin(successor).name()).isEqualTo("v2");
            assertThatThrownBy(() -> late.publish(TestTrainings.finished(1), DIGEST))
                    .isInstanceOf(LeaseLostException.class);
            assertThatThrownBy(() -> folder.begin(zombie)).isInstanceOf(LeaseLostException.class);
        }
        zombie.close();
        assertThat(folder.versions().entries()).isEmpty();
    }

    @Test
    void ofDriversThatRaceForANumberEachGetsOneOfItsOwnOrIsRefused() throws Exception {
        int racers = 4;
        CyclicBarrier start = new CyclicBarrier(racers);
        ExecutorService threads = Executors.newFixedThreadPool(racers);
        List<Callable<String>> drivers = new ArrayList<>();
        for (int racer = 0; racer < racers; racer++) {
            int second = racer;
            drivers.add(() -> {
                start.await();
                OutputFiles own = new OutputFiles(model.toString(), new Configuration());
                try (Lease lease = Lease.acquire(own)) {
                    VersionWriter writer = new VersionsFolder(own).begin(lease);
                    writer.publish(TestTrainings.finished(second), DIGEST);
                    return writer.name();
                } catch (RefusalException e) {
                    return e.problem().code();
                }
            });
        }
        List<String> outcomes = new ArrayList<>();
        try {
            for (Future<String> driver : threads.invokeAll(drivers)) {
                outcomes.add(driver.get());
            }
        } finally {
            threads.shutdown();
        }
        List<String> published =
                outcomes.stream().filter(name -> name.startsWith("v")).sorted().toList();
        assertThat(published).isNotEmpty().doesNotHaveDuplicates();
        assertThat(outcomes).allMatch(outcome -> outcome.startsWith("v") || outcome.equals("output_in_use"));
        assertThat(folder.versions().entries()).extracting(Entry::folderName).containsExactlyElementsOf(published);
        assertThat(folder.runs()).hasSize(published.size());
    }

    @Test
    void aVersionThatDoesNotTellItsRunIsRefused() throws Exception {
        Path version = TestVersions.publish(model, 1, OptionalDouble.empty(), DIGEST);
        Files.writeString(version.resolve(ModelVersion.FILE), "[]");
        assertThatThrownBy(folder::runs)
                .isInstanceOf(RefusalException.class)
                .hasMessage("version_unreadable: version v1 in --output file:" + model + " cannot be read,"
                        + " promptmill.json: its JSON is not an object, restore its promptmill.json, or move the version"
                        + " away");
    }
}
