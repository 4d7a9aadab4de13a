package io.promptmill.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.Goldens;
import io.promptmill.compile.CompiledModel;
import io.promptmill.compile.Precision;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.pretrained.ModelSource.Folders;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainedModelTest {
    private Path work;

    /** The sample model, copied to the place that a source is given. */
    private ModelSource copied(String... files) {
        return given -> {
            work = given;
            Path folder = Files.createDirectory(given.resolve("copy"));
            for (String file : files) {
                Files.copy(Goldens.resource("/io/promptmill/sample-model").resolve(file), folder.resolve(file));
            }
            return Folders.of(folder);
        };
    }

    @Test
    void whatWasCopiedAndCompiledIsThereUntilTheModelIsClosed() throws Exception {
        try (PretrainedModel model =
                PretrainedModel.open(copied("config.json", "model.safetensors", "tokenizer.json"))) {
            assertThat(model.tokenizer().definition()).isPresent();
            CompiledModel fp32 = model.compile(Precision.FP32);
            assertThat(fp32.archive()).hasParent(work).hasSize(fp32.bytes());
            CompiledModel int8 = model.compile(Precision.INT8);
            assertThat(int8.archive()).isEqualTo(fp32.archive()).hasSize(int8.bytes());
            assertThat(int8.digest()).isNotEqualTo(fp32.digest());
            assertThat(work).isDirectoryContaining(file -> file.endsWith("copy"));
        }
        assertThat(work).doesNotExist();
    }

    @Test
    void aModelThatCannotBeOpenedLeavesNothing() {
        assertThatThrownBy(() -> PretrainedModel.open(copied("config.json")))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("model.safetensors");
        assertThat(work).doesNotExist();
        assertThatThrownBy(() -> PretrainedModel.open(given -> {
                    work = Files.createDirectory(given.resolve("begun"));
                    throw new FileNotFoundException("says the source");
                }))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessage("says the source");
        assertThat(work.getParent()).doesNotExist();
    }

    @Test
    void aModelThatIsNotCopiedStaysWhereItIs(@TempDir Path folder) throws Exception {
        for (String file : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(Goldens.path("tiny").resolve(file), folder.resolve(file));
        }
        try (PretrainedModel model = PretrainedModel.open(given -> Folders.of(folder))) {
            assertThat(model.tokenizer().whyNone())
                    .hasValue("there is neither tokenizer.json nor vocab.json with merges.txt");
        }
        assertThat(folder).isDirectoryContaining(file -> file.endsWith("model.safetensors"));
    }
}
