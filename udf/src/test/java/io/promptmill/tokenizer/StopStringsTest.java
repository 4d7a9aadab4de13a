package io.promptmill.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.TokenIds;
import io.promptmill.tokenizer.StopStrings.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StopStringsTest {
    /** Ids below this are single bytes in GPT-2's vocabulary. */
    private static final int BYTE_TOKENS = 256;

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
    void aStopStringWithinOneTokenIsFound() {
        assertThat(matchOf("My dream is", List.of("rea"))).contains(new Match("rea", "My d"));
    }

    @Test
    void aStopStringAcrossTokensIsFound() {
        assertThat(matchOf("My dream is", List.of("y dream i"))).contains(new Match("y dream i", "M"));
    }

    @Test
    void aStopStringOfOneCharacterSplitOverTokensIsFoundWithItsLastByte() {
        StopStrings stop = new StopStrings(gpt2, List.of("😀"));

        assertThat(stop.append(47249)).isEmpty();
        assertThat(stop.append(222)).contains(new Match("😀", ""));
    }

    @Test
    void theOneThatBeginsFirstWinsThenTheLongest() {
        assertThat(matchOf(" dream", List.of("am", "re", "rea", "r"))).contains(new Match("rea", " d"));
        assertThat(matchOf("abc", List.of("bc", "ab"))).contains(new Match("ab", ""));
    }

    @Test
    void aCharacterThatMayStillBecomeCompleteIsNoReplacementCharacterYet() {
        StopStrings stop = new StopStrings(gpt2, List.of("\uFFFD"));

        assertThat(stop.append(47249)).isEmpty();
        assertThat(stop.append(64)).contains(new Match("\uFFFD", ""));
    }

    @Test
    void specialTokensAreNoText() {
        StopStrings stop = new StopStrings(gpt2, List.of("<|endoftext|>", "ab"));

        assertThat(stop.append(64)).isEmpty();
        assertThat(stop.append(50256)).isEmpty();
        assertThat(stop.append(50299)).isEmpty();
        assertThat(stop.append(65)).contains(new Match("ab", ""));
    }

    @Test
    void withoutStopStringsNothingMatches() {
        assertThat(matchOf("My dream is", List.of())).isEmpty();
    }

    @Test
    void anEmptyStopStringIsRefused() {
        assertThatThrownBy(() -> new StopStrings(gpt2, List.of("a", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A stop string must not be empty");
    }

    @Test
    void nothingFollowsAMatch() {
        StopStrings stop = new StopStrings(gpt2, List.of("a"));
        stop.append(64);

        assertThatThrownBy(() -> stop.append(64))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no token can follow");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void matchesAreThoseOfDecodingTheWholeSequenceAtEachToken(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            int[] ids = randomIds(random, 1 + random.nextInt(60));
            String all = gpt2.decode(TokenIds.of(ids));
            List<String> stop = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                int from = random.nextInt(all.length());
                int to = from + 1 + random.nextInt(Math.min(4, all.length() - from));
                stop.add(all.substring(from, to));
            }
            // Every character of the whole text is complete or known to be broken but for those at its end.
            stop.removeIf(text -> text.contains("\uFFFD"));

            assertThat(matchOf(ids, stop))
                    .as("seed %d round %d ids %s stop %s", seed, round, TokenIds.of(ids), stop)
                    .isEqualTo(matchByDecodingEverything(ids, stop));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void textBeforeTheMatchIsThatOfTheNativeDecoderWhateverTheBytes(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            TokenIds broken = TokenIds.of(random.ints(1 + random.nextInt(12), 0, BYTE_TOKENS)
                    .map(id -> random.nextInt(3) == 0 ? id : 94 + id % 162) // mostly bytes outside ASCII
                    .filter(id -> id != 33) // the byte of B
                    .toArray());
            TokenIds ended = broken.concat(gpt2.encode("B"));

            assertThat(matchOf(ended.toArray(), List.of("B")))
                    .as("seed %d round %d ids %s", seed, round, ended)
                    .hasValueSatisfying(match -> assertThat(match.text() + "B").isEqualTo(gpt2.decode(ended)));
        }
    }

    private static int[] randomIds(Random random, int count) {
        int limit = random.nextBoolean() ? BYTE_TOKENS : 50257;
        return random.ints(count, 0, limit).toArray();
    }

    private static Optional<Match> matchOf(String text, List<String> stop) {
        return matchOf(gpt2.encode(text).toArray(), stop);
    }

    private static Optional<Match> matchOf(int[] ids, List<String> stop) {
        StopStrings watch = new StopStrings(gpt2, stop);
        for (int id : ids) {
            Optional<Match> match = watch.append(id);
            if (match.isPresent()) {
                return match;
            }
        }
        return Optional.empty();
    }

    private static Optional<Match> matchByDecodingEverything(int[] ids, List<String> stop) {
        for (int count = 1; count <= ids.length; count++) {
            String text = gpt2.decode(TokenIds.of(ids).slice(0, count));
            for (int at = 0; at < text.length(); at++) {
                int position = at;
                Optional<String> longest = stop.stream()
                        .filter(candidate -> text.startsWith(candidate, position))
                        .max((a, b) -> Integer.compare(a.length(), b.length()));
                if (longest.isPresent()) {
                    return Optional.of(new Match(longest.get(), text.substring(0, at)));
                }
            }
        }
        return Optional.empty();
    }
}
