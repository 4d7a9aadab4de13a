package io.promptmill.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.HostileFile;
import io.promptmill.TokenIds;
import io.promptmill.files.InvalidCheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a stranger's tokenizer holds, it is refused with a reason, soon and within bounds of memory. */
@Timeout(120)
class HostileTokenizersTest {
    @TempDir
    Path folder;

    static Stream<HostileFile> hostileFiles() {
        return HostileTokenizers.all();
    }

    /** Of the class that heeds all of {@code tokenizer.json}. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileFiles")
    void aHostileFileIsRefusedWithTheReason(HostileFile hostile) throws Exception {
        if (hostile.file().matches("vocab.json|merges.txt")) {
            Files.writeString(folder.resolve("vocab.json"), HostileTokenizers.VOCABULARY);
            Files.writeString(folder.resolve("merges.txt"), HostileTokenizers.MERGES);
        } else {
            Files.writeString(folder.resolve("tokenizer.json"), HostileTokenizers.SOUND);
        }
        Files.writeString(folder.resolve("config.json"), "{\"tokenizer_class\":\"PreTrainedTokenizerFast\"}");
        hostile.assertRefused(folder, TokenizerDefinition::read);
    }

    @Test
    void theSameFilesWithoutTheHostileOneAreRead() throws Exception {
        Files.writeString(folder.resolve("vocab.json"), HostileTokenizers.VOCABULARY);
        Files.writeString(folder.resolve("merges.txt"), HostileTokenizers.MERGES);
        assertThat(TokenizerDefinition.read(folder).orElseThrow().vocabularySize())
                .as("with GPT-2's end token")
                .isEqualTo(4);
        Files.writeString(folder.resolve("tokenizer.json"), HostileTokenizers.SOUND);
        assertThat(TokenizerDefinition.read(folder).orElseThrow().vocabularySize())
                .isEqualTo(4);
    }

    @Test
    void theCorpusIsLargeAndItsNamesDiffer() {
        assertThat(HostileTokenizers.all().map(HostileFile::toString))
                .hasSizeGreaterThan(90)
                .doesNotHaveDuplicates();
    }

    @Test
    void aPipeIsRefusedAndNotWaitedFor() throws Exception {
        Path pipe = folder.resolve("tokenizer.json");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThatThrownBy(() -> TokenizerDefinition.read(folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("tokenizer.json is not a file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "tokenizer_config.json", "added_tokens.json"})
    void aLinkOutOfTheFolderIsRefused(String name) throws Exception {
        Path checkpoint = Files.createDirectory(folder.resolve("checkpoint"));
        Files.writeString(checkpoint.resolve("tokenizer.json"), HostileTokenizers.SOUND);
        Files.deleteIfExists(checkpoint.resolve(name));
        Files.createSymbolicLink(checkpoint.resolve(name), Files.writeString(folder.resolve("elsewhere"), "secret"));

        assertThatThrownBy(() -> TokenizerDefinition.read(checkpoint))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(name + " is a link that leads out of its folder")
                .hasMessageNotContaining("secret");
    }

    @Test
    void manyTokensNamedInTwoFilesAreComparedInOnePass() throws Exception {
        StringBuilder tokens = new StringBuilder("\"<0>\"");
        StringBuilder ids = new StringBuilder("\"<0>\":4");
        for (int i = 1; i < 200_000; i++) {
            tokens.append(",\"<").append(i).append(">\"");
            ids.append(",\"<").append(i).append(">\":").append(i + 4);
        }
        Files.writeString(folder.resolve("tokenizer.json"), HostileTokenizers.SOUND);
        Files.writeString(folder.resolve("added_tokens.json"), "{" + ids + "}");
        Files.writeString(
                folder.resolve("special_tokens_map.json"), "{\"additional_special_tokens\":[" + tokens + ",\"<x>\"]}");

        assertThatThrownBy(() -> TokenizerDefinition.read(folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("there are 200002 added tokens");
    }

    @Test
    void aThousandAddedTokensAreFine() throws Exception {
        StringBuilder ids = new StringBuilder("\"<0>\":4");
        for (int i = 1; i < 1_000; i++) {
            ids.append(",\"<").append(i).append(">\":").append(i + 4);
        }
        Files.writeString(folder.resolve("tokenizer.json"), HostileTokenizers.SOUND);
        Files.writeString(folder.resolve("added_tokens.json"), "{" + ids + "}");

        TokenizerDefinition definition = TokenizerDefinition.read(folder).orElseThrow();
        assertThat(definition.vocabularySize()).isEqualTo(1_004);
        try (Tokenizer tokenizer = new Tokenizer(definition)) {
            assertThat(tokenizer.encode("ab<999>")).isEqualTo(TokenIds.of(2, 1_003));
        }
    }
}
