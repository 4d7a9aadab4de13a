package io.promptmill.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.GenerationConfig;
import io.promptmill.HostileFile;
import io.promptmill.checkpoint.torch.HostileContainers;
import io.promptmill.checkpoint.torch.HostilePickles;
import io.promptmill.checkpoint.weights.HostileSafetensors;
import io.promptmill.files.InvalidCheckpointException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a stranger's checkpoint holds, it is refused with a reason, soon and within bounds of memory. */
@Timeout(120)
final class HostileFilesTest {
    @TempDir
    private Path folder;

    static Stream<HostileFile> hostileFiles() {
        return Stream.of(HostilePickles.all(), HostileContainers.all(), HostileSafetensors.all(), HostileSettings.all())
                .flatMap(files -> files);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileFiles")
    void aHostileFileIsRefusedWithTheReason(HostileFile hostile) throws Exception {
        boolean weights = hostile.file().matches("model.*|pytorch.*");
        Files.writeString(folder.resolve("config.json"), SmallestModel.CONFIG);
        if (!weights) {
            Files.write(folder.resolve("model.safetensors"), SmallestModel.safetensors());
        }
        hostile.assertRefused(folder, path -> {
            try (Checkpoint checkpoint = Checkpoint.open(path)) {
                GenerationConfig.resolve(checkpoint.generationDefaults());
            }
        });
    }

    @Test
    void theSameFolderWithoutTheHostileFileIsRead() throws Exception {
        Files.writeString(folder.resolve("config.json"), SmallestModel.CONFIG);
        Files.write(folder.resolve("model.safetensors"), SmallestModel.safetensors());
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.tensorNames()).hasSize(16);
        }
    }

    @Test
    void theCorpusIsLargeAndItsNamesDiffer() {
        List<HostileFile> pickles = HostilePickles.all().toList();
        List<HostileFile> all = hostileFiles().toList();
        assertThat(pickles).hasSizeGreaterThan(100);
        assertThat(HostileSafetensors.all()).hasSizeGreaterThan(70);
        assertThat(all)
                .hasSizeGreaterThan(300)
                .extracting(HostileFile::toString)
                .doesNotHaveDuplicates();
    }

    @Test
    void aFolderWhereAFileShouldBeIsRefused() throws Exception {
        Files.writeString(folder.resolve("config.json"), SmallestModel.CONFIG);
        Files.createDirectory(folder.resolve("model.safetensors"));
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("model.safetensors: it is missing or not a file");
    }

    @Test
    void onlyWhatBreaksItsOwnFormatIsCalledDamaged() throws Exception {
        Files.writeString(
                folder.resolve("config.json"), SmallestModel.CONFIG.replace("\"n_layer\":1", "\"n_layer\":\"two\""));
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .hasMessageStartingWith("checkpoint_invalid: config.json: n_layer must be a whole number");

        Files.writeString(folder.resolve("config.json"), SmallestModel.CONFIG);
        String weights = new String(SmallestModel.safetensors(), StandardCharsets.ISO_8859_1);
        Files.writeString(
                folder.resolve("model.safetensors"), weights.replace("F32", "F33"), StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .hasMessageStartingWith("checkpoint_unsupported: model.safetensors: tensor '")
                .hasMessageContaining("has the unknown dtype 'F33', values in that form are not read");

        Files.writeString(folder.resolve("model.safetensors"), weights + "x", StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .hasMessageStartingWith("checkpoint_damaged: model.safetensors: ")
                .hasMessageEndingWith("so its content cannot be trusted, download or export the checkpoint again");
    }

    @Test
    void aLinkThatLeadsToItselfIsRefused() throws Exception {
        Files.createSymbolicLink(folder.resolve("config.json"), Path.of("config.json"));
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage(
                        "checkpoint_incomplete: config.json: it is missing or not a file, the model cannot be read without it,"
                                + " give the folder with all of the model's files, or download those that it lacks");
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "generation_config.json", "model.safetensors"})
    void aLinkOutOfTheFolderIsRefused(String name) throws Exception {
        Path checkpoint = Files.createDirectory(folder.resolve("checkpoint"));
        Files.writeString(checkpoint.resolve("config.json"), SmallestModel.CONFIG);
        Files.writeString(checkpoint.resolve("generation_config.json"), "{}");
        Files.write(checkpoint.resolve("model.safetensors"), SmallestModel.safetensors());
        Path elsewhere = Files.move(checkpoint.resolve(name), folder.resolve("elsewhere"));
        Files.createSymbolicLink(checkpoint.resolve(name), elsewhere);

        assertThatThrownBy(() -> Checkpoint.open(checkpoint))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(name + " is a link that leads out of its folder");
    }

    @Test
    void linksWithinTheFolderAndIntoAHuggingFaceCacheAreFollowed() throws Exception {
        Path cache = Files.createDirectories(folder.resolve("models--openai--gpt2"));
        Path blob = Files.createDirectory(cache.resolve("blobs")).resolve("0123456789abcdef".repeat(4));
        Path snapshot = Files.createDirectories(cache.resolve("snapshots/main"));
        Files.write(blob, SmallestModel.safetensors());
        Files.createSymbolicLink(
                snapshot.resolve("model.safetensors"), Path.of("../../blobs").resolve(blob.getFileName()));
        Files.writeString(snapshot.resolve("settings"), SmallestModel.CONFIG);
        Files.createSymbolicLink(snapshot.resolve("config.json"), Path.of("settings"));
        Path folderByLink = Files.createSymbolicLink(folder.resolve("link"), snapshot);

        try (Checkpoint checkpoint = Checkpoint.open(folderByLink)) {
            assertThat(checkpoint.tensorNames()).hasSize(16);
        }

        // As huggingface_hub 2.4 keeps what several repositories have in common.
        Path shared = Files.createDirectories(folder.resolve("blobs/fe")).resolve("fedcba9876543210".repeat(4));
        Files.move(blob, shared);
        Files.createSymbolicLink(blob, Path.of("../../blobs/fe").resolve(shared.getFileName()));
        try (Checkpoint checkpoint = Checkpoint.open(folderByLink)) {
            assertThat(checkpoint.tensorNames()).hasSize(16);
        }
    }

    @Test
    void warningsAboutAStrangersFieldsAreFew() throws Exception {
        StringBuilder config = new StringBuilder(SmallestModel.CONFIG.replace("}", ""));
        for (int i = 0; i < 10_000; i++) {
            config.append(",\"field").append(i).append("\":1");
        }
        Files.writeString(folder.resolve("config.json"), config.append("}"));
        Files.write(folder.resolve("model.safetensors"), SmallestModel.safetensors());
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.warnings()).hasSize(51).endsWith("and 9950 more warnings of this kind");
        }
    }
}
