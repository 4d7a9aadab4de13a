package io.promptmill.jobs.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.TokenIds;
import io.promptmill.jobs.testing.SmallModel;
import io.promptmill.tokenizer.Tokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LongTextTest {
    @TempDir
    private Path temp;

    @Test
    void aTextIsCutOnlyInFrontOfASingleSpaceBetweenWords() {
        assertThat(LongText.pieces("one two three", 4)).containsExactly("one two", " three");
        assertThat(LongText.pieces("one  two\nthree, four", 2)).containsExactly("one  two\nthree, four");
        assertThat(LongText.pieces("a", 1)).containsExactly("a");
        assertThat(LongText.pieces("", 1)).containsExactly("");
    }

    @Test
    void thePiecesHaveTheTokensOfTheWhole() throws Exception {
        TokenizerDefinition definition = TokenizerDefinition.read(
                        SmallModel.in(temp.resolve("model")).folder())
                .orElseThrow();
        List<String> parts = List.of(
                "the", "sea", " ", "  ", "\n", "don't", "'", "12", ",", "…", "🌧", "<|endoftext|>", "é", "中文", "\t");
        Random random = new Random(5);
        try (Tokenizer tokenizer = new Tokenizer(definition)) {
            for (int text = 0; text < 300; text++) {
                StringBuilder words = new StringBuilder();
                for (int word = 0; word < 40; word++) {
                    words.append(parts.get(random.nextInt(parts.size()))).append(random.nextBoolean() ? " " : "");
                }
                TokenIds joined = TokenIds.of();
                for (String piece : LongText.pieces(words.toString(), 5)) {
                    joined = joined.concat(tokenizer.encode(piece));
                }
                assertThat(joined).as(words.toString()).isEqualTo(tokenizer.encode(words.toString()));
            }
        }
    }
}
