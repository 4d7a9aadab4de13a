package io.promptmill.spark.shipping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.Goldens;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.hub.Hub;
import io.promptmill.hub.SmallHub;
import io.promptmill.pretrained.ModelSource;
import io.promptmill.pretrained.PretrainedModel;
import io.promptmill.pretrained.TestVersions;
import java.io.FileNotFoundException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RemoteCheckpointTest {
    @TempDir
    Path folder;

    @TempDir
    Path work;

    private final Configuration hadoop = new Configuration();

    @Test
    void aLocalFolderIsUsedAsItIs() throws Exception {
        assertThat(RemoteCheckpoint.localCopy(folder.toString(), work, hadoop)).isEqualTo(folder);
        assertThat(RemoteCheckpoint.localCopy(folder.toUri().toString(), work, hadoop))
                .isEqualTo(folder);
    }

    @Test
    void aRemoteFolderIsCopiedWithoutFilesForOtherFrameworks() throws Exception {
        hadoop.setClass("fs.far.impl", FarFileSystem.class, org.apache.hadoop.fs.FileSystem.class);
        Files.writeString(folder.resolve("config.json"), "{}");
        Files.writeString(folder.resolve("model.safetensors"), "weights");
        Files.writeString(folder.resolve("tf_model.h5"), "other weights");
        Files.createDirectory(folder.resolve("onnx"));

        Path copy = RemoteCheckpoint.localCopy("far://" + folder, work, hadoop);

        assertThat(copy).hasParent(work);
        assertThat(copy.resolve("model.safetensors")).hasContent("weights");
        try (Stream<Path> files = Files.list(copy)) {
            assertThat(files)
                    .extracting(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrder("config.json", "model.safetensors");
        }
    }

    @Test
    void aMissingFolderIsNamed() {
        assertThatIOException()
                .isThrownBy(() -> RemoteCheckpoint.localCopy(folder + "/missing", work, hadoop))
                .isInstanceOf(FileNotFoundException.class)
                .withMessageContaining(folder + "/missing is not there: there is no such folder on file:///");
        assertThatIOException()
                .isThrownBy(() -> RemoteCheckpoint.localCopy("", work, hadoop))
                .withMessageContaining("this is no path");
    }

    @Test
    void aFileSystemThatCannotBeOpenedIsTold() {
        hadoop.set("fs.far.impl", "no.such.FileSystem");
        assertThatIOException()
                .isThrownBy(() -> RemoteCheckpoint.localCopy("far://host/model", work, hadoop))
                .withMessageStartingWith("Cannot open the file system of far://host/model: ")
                .withMessageContaining("Class no.such.FileSystem not found");
        assertThatIOException()
                .isThrownBy(() -> RemoteCheckpoint.localCopy("far://me:s3cret@host/model", work, hadoop))
                .withMessageStartingWith("Cannot open the file system of far://***@host/model: ");
    }

    @Test
    void aVersionIsBroughtWithTheBaseThatLiesBesideItsOwnFolder() throws Exception {
        hadoop.setClass("fs.far.impl", FarFileSystem.class, org.apache.hadoop.fs.FileSystem.class);
        Path version = TestVersions.publish(folder.resolve("alice"), 2, 3.1, TestVersions.HELD_OUT);
        Files.writeString(version.resolve("adapter_config.json"), "{\"base_model_name_or_path\":\"../../base\"}");
        Path base = Files.createDirectory(folder.resolve("base"));
        Files.writeString(base.resolve("config.json"), "{}");

        String name = "far://" + folder + "/alice@latest";
        ModelSource.Folders brought = new RemoteCheckpoint(name, Optional.empty(), hadoop).bring(work);

        assertThat(brought.model().resolve("promptmill.json"))
                .hasSameTextualContentAs(version.resolve("promptmill.json"));
        assertThat(brought.base().orElseThrow().resolve("config.json")).hasContent("{}");
    }

    @Test
    void aModelOfTheHubsIsFetchedWithTheBaseOfTheHubsThatItNames(@TempDir Path home) throws Exception {
        Path tiny = Goldens.path("tiny");
        Path base;
        try (SmallHub hub = new SmallHub("alice/tiny").with(tiny, "config.json", "model.safetensors")) {
            RemoteCheckpoint named =
                    new RemoteCheckpoint("alice/tiny", Optional.empty(), hadoop, Hub.with(hub.environment(home)));
            base = named.bring(work).model();
            assertThat(base.resolve("model.safetensors")).hasSameBinaryContentAs(tiny.resolve("model.safetensors"));
        }
        byte[] config = "{\"peft_type\":\"LORA\",\"base_model_name_or_path\":\"alice/tiny\",\"revision\":\"main\"}"
                .getBytes(UTF_8);
        try (SmallHub hub = new SmallHub("bob/adapter")
                .with("adapter_config.json", config)
                .with("adapter_model.safetensors", new byte[9])) {
            Hub client = Hub.with(hub.environment(home));
            ModelSource.Folders brought =
                    new RemoteCheckpoint("bob/adapter@main", Optional.empty(), hadoop, client).bring(work);
            assertThat(brought.model().resolve("adapter_model.safetensors")).hasSize(9);
            assertThat(brought.base()).contains(base);
            assertThat(brought.hubName().orElseThrow().repository()).isEqualTo("bob/adapter");
            assertThat(brought.baseHubName().orElseThrow().repository()).isEqualTo("alice/tiny");
            assertThat(new RemoteCheckpoint("bob/adapter", Optional.of(folder.toString()), hadoop, client)
                            .bring(work)
                            .base())
                    .contains(folder);

            // A file on a disk is not to make this machine ask the hub.
            Files.write(folder.resolve("adapter_config.json"), config);
            brought = new RemoteCheckpoint(folder.toString(), Optional.empty(), hadoop, client).bring(work);
            assertThat(brought.model()).isEqualTo(folder);
            assertThat(brought.base()).isEmpty();
            assertThat(new RemoteCheckpoint(folder.toString(), Optional.of("alice/tiny"), hadoop, client)
                            .bring(work)
                            .base())
                    .contains(base);
        }
    }

    @Test
    void aFolderComesBeforeAModelOfTheHubs() throws Exception {
        Path here = Files.createDirectories(Path.of("target/folder-before-hub"));
        Hub nobody = Hub.with(Map.of("HF_ENDPOINT", "http://127.0.0.1:9", "HF_HOME", work.toString()));
        RemoteCheckpoint source = new RemoteCheckpoint(here.toString(), Optional.empty(), hadoop, nobody);
        ModelSource.Folders brought = source.bring(work);
        assertThat(brought.model()).isEqualTo(here);
        assertThat(brought.hubName()).isEmpty();
        assertThatThrownBy(() -> PretrainedModel.open(source))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith("checkpoint_incomplete: config.json: it is missing or not a file, ")
                .hasMessageEndingWith("; the folder " + here.toAbsolutePath()
                        + " is what was read: for the hub's model " + here + ", rename it or run elsewhere");
    }

    @Test
    void aModelOfTheHubsThatWasDamagedInTheCacheIsRefusedWithTheFileToRemove(@TempDir Path home) throws Exception {
        try (SmallHub hub = new SmallHub("alice/tiny").with(Goldens.path("tiny"), "config.json", "model.safetensors")) {
            RemoteCheckpoint source =
                    new RemoteCheckpoint("alice/tiny", Optional.empty(), hadoop, Hub.with(hub.environment(home)));
            Path weights =
                    source.bring(work).model().resolve("model.safetensors").toRealPath();
            try (FileChannel channel = FileChannel.open(weights, StandardOpenOption.WRITE)) {
                channel.truncate(100_000);
            }
            assertThatThrownBy(() -> PretrainedModel.open(source))
                    .isInstanceOf(InvalidCheckpointException.class)
                    .hasMessageStartingWith("hub_cache_damaged: the cache's file of alice/tiny@" + SmallHub.COMMIT)
                    .hasMessageContaining(" is damaged, model.safetensors: its tensors need ")
                    .hasMessageEndingWith(": " + weights + ", remove that file and run again, which fetches it anew");
            Files.delete(weights);
            PretrainedModel.open(source).close();
        }
    }
}
