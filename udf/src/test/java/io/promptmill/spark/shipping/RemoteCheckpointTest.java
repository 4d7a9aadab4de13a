package io.promptmill.spark.shipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.FileNotFoundException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RemoteCheckpointTest {
    @TempDir
    Path folder;

    @TempDir
    Path work;

    private final Configuration hadoop = new Configuration();

    /** A file system that is not the local one to Hadoop. */
    public static final class FarFileSystem extends RawLocalFileSystem {
        @Override
        public URI getUri() {
            return URI.create("far:///");
        }

        @Override
        public String getScheme() {
            return "far";
        }
    }

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
                .withMessageContaining(folder + "/missing cannot be read: there is no such folder on file:///");
        assertThatIOException()
                .isThrownBy(() -> RemoteCheckpoint.localCopy("", work, hadoop))
                .withMessageContaining("this is no path");
    }
}
