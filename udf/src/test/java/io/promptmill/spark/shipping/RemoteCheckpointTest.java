package io.promptmill.spark.shipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.promptmill.pretrained.ModelSource;
import io.promptmill.pretrained.TestVersions;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
