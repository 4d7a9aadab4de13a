package io.promptmill.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.TokenIds;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenizerTest {
    private static Tokenizer gpt2;

    @BeforeAll
    static void open() throws Exception {
        gpt2 = new Tokenizer(Golden.definition("gpt2-vocab"));
    }

    @AfterAll
    static void close() {
        gpt2.close();
    }

    @Test
    void longTextIsNotTruncated() {
        assertThat(gpt2.encode(" dream".repeat(5_000)).size()).isEqualTo(5_000);
    }

    @Test
    void noIdsAreNoText() {
        assertThat(gpt2.decode(TokenIds.of())).isEmpty();
        assertThat(gpt2.encode("")).isEqualTo(TokenIds.of());
    }

    @Test
    void aSpecialTokenWrittenOutBecomesItsIdAndIsSkippedInText() {
        assertThat(gpt2.encode("a<|endoftext|>b")).isEqualTo(TokenIds.of(64, 50256, 65));
        assertThat(gpt2.decode(TokenIds.of(64, 50256, 65))).isEqualTo("ab");
    }

    @Test
    void idsOutsideTheVocabularyAreSkippedInText() {
        assertThat(gpt2.decode(TokenIds.of(64, 50_300, 65))).isEqualTo("ab");
        assertThat(gpt2.decode(TokenIds.of(64, -1, 65))).isEqualTo("ab");
        assertThat(gpt2.decode(TokenIds.of(64, Integer.MAX_VALUE, 65))).isEqualTo("ab");
    }

    @Test
    void aCharacterThatLacksBytesIsAReplacementCharacter() {
        assertThat(gpt2.decode(TokenIds.of(47249))).isEqualTo("\uFFFD");
        assertThat(gpt2.decode(TokenIds.of(47249, 222))).isEqualTo("😀");
    }

    @Test
    void textWithNulSurvivesTheWay() {
        assertThat(gpt2.decode(gpt2.encode("a\0b"))).isEqualTo("a\0b");
    }

    @Test
    void aLoneSurrogateIsRefusedNotRepaired() {
        assertThatThrownBy(() -> gpt2.encode("ab\uD83Dc"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The text holds the lone surrogate U+D83D at index 2, which is no Unicode text:"
                        + " replace it before tokenizing");
        assertThatThrownBy(() -> gpt2.encode("😀\uDE00")).hasMessageContaining("U+DE00 at index 2");
        assertThatThrownBy(() -> gpt2.encode("\uDE00\uD83D")).hasMessageContaining("U+DE00 at index 0");
        assertThatThrownBy(() -> gpt2.encode("a\uD83D")).hasMessageContaining("U+D83D at index 1");
    }

    @Test
    void threadsShareOneTokenizer() throws Exception {
        String text = "My dream is 日本語 and 🤖 don't ".repeat(20);
        TokenIds expected = gpt2.encode(text);
        Callable<Boolean> work = () -> {
            for (int i = 0; i < 200; i++) {
                TokenIds ids = gpt2.encode(text);
                if (!ids.equals(expected) || !gpt2.decode(ids).equals(text)) {
                    return false;
                }
            }
            return true;
        };
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> results = threads.invokeAll(Collections.nCopies(4, work));
            for (Future<Boolean> result : results) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aClosedTokenizerSaysSoInsteadOfTouchingFreedMemory() throws Exception {
        Tokenizer closed = new Tokenizer(Golden.definition("sample-model"));
        closed.close();
        closed.close();

        assertThatThrownBy(() -> closed.encode("a")).isInstanceOf(IllegalStateException.class);
    }
}
