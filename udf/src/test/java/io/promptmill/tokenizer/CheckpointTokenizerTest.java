package io.promptmill.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.Goldens;
import io.promptmill.Problem;
import io.promptmill.files.CheckpointFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointTokenizerTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "vocab.txt, WordPiece",
        "tokenizer.model, SentencePiece",
        "spiece.model, SentencePiece",
        "spm.model, SentencePiece",
        "sentencepiece.bpe.model, SentencePiece",
        "tekken.json, tiktoken"
    })
    void aFolderWithTheFileOfAnotherKindIsRefusedByItsName(String file, String kind) throws Exception {
        Files.writeString(folder.resolve(file), "x");

        CheckpointTokenizer read = CheckpointTokenizer.read(new CheckpointFolder(folder));

        assertThat(read.definition()).isEmpty();
        assertThat(read.refusal().map(Problem::toString))
                .contains("invalid_tokenizer: " + folder + " has " + file
                        + " and no tokenizer.json, that is a tokenizer of " + kind
                        + ", and only byte-level BPE is supported, give prompt_token_ids that its own tokenizer made, or"
                        + " use a checkpoint with GPT-2's kind of tokenizer (byte-level BPE)");
        assertThat(read.whyNone())
                .contains(folder + " has " + file + " and no tokenizer.json, that is a tokenizer of " + kind
                        + ", and only byte-level BPE is supported");
    }

    @Test
    void aTokenizerJsonGoesBeforeTheFilesOfOtherKinds() throws Exception {
        for (String file : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
            Files.copy(Goldens.path("sample-model").resolve(file), folder.resolve(file));
        }
        Files.writeString(folder.resolve("vocab.txt"), "x");

        CheckpointTokenizer read = CheckpointTokenizer.read(new CheckpointFolder(folder));

        assertThat(read.definition()).isPresent();
        assertThat(read.refusal()).isEmpty();
        assertThat(read.whyNone()).isEmpty();
    }

    @Test
    void whatIsNoTokenizerIsARefusalAndNothingIsNone() throws Exception {
        assertThat(CheckpointTokenizer.read(new CheckpointFolder(folder))).isEqualTo(CheckpointTokenizer.NONE);
        assertThat(CheckpointTokenizer.NONE.whyNone())
                .contains("there is neither tokenizer.json nor vocab.json with merges.txt");

        Files.writeString(folder.resolve("tokenizer.json"), "{\"model\":{\"type\":\"WordPiece\"}}");
        CheckpointTokenizer read = CheckpointTokenizer.read(new CheckpointFolder(folder));
        assertThat(read.definition()).isEmpty();
        assertThat(read.refusal().orElseThrow().what()).contains("tokenizer.json");
        assertThat(read.warnings(1)).isEmpty();
    }

    @Test
    void aChatTemplateIsSaidNotToBeUsed() throws Exception {
        String config = Files.readString(Goldens.path("sample-model").resolve("tokenizer_config.json"));
        Files.copy(Goldens.path("sample-model").resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        Files.writeString(
                folder.resolve("tokenizer_config.json"), config.replaceFirst("\\{", "{\"chat_template\": \"x\","));
        assertThat(CheckpointTokenizer.read(new CheckpointFolder(folder)).warnings(4096))
                .containsExactly(
                        "the chat template of " + folder + " is not used: a prompt is continued as it is, so write"
                                + " the template's text into the prompts where the model needs it");

        Files.writeString(folder.resolve("tokenizer_config.json"), config);
        assertThat(CheckpointTokenizer.read(new CheckpointFolder(folder)).warnings(4096))
                .isEmpty();
        Files.writeString(folder.resolve("chat_template.jinja"), "x");
        assertThat(CheckpointTokenizer.read(new CheckpointFolder(folder)).warnings(4096))
                .hasSize(1);
    }

    @Test
    void aTokenizerWithIdsBeyondTheEmbeddingsIsWorthAWarning() throws Exception {
        CheckpointTokenizer sample = CheckpointTokenizer.read(new CheckpointFolder(Goldens.path("sample-model")));

        assertThat(sample.warnings(4096)).isEmpty();
        assertThat(sample.warnings(5000)).as("padded embeddings").isEmpty();
        assertThat(sample.warnings(4090))
                .containsExactly("the tokenizer has ids up to 4095 and the model has embeddings for 0 to 4089; a prompt"
                        + " with a token beyond them is rejected");
    }
}
