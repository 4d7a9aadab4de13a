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
        StopStrings stop = new StopStrings(gpt2, List.of("😀"), TokenIds.of());

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
        StopStrings stop = new StopStrings(gpt2, List.of("\uFFFD"), TokenIds.of());

        assertThat(stop.append(47249)).isEmpty();
        assertThat(stop.append(64)).contains(new Match("\uFFFD", ""));
    }

    @Test
    void specialTokensAreNoText() {
        StopStrings stop = new StopStrings(gpt2, List.of("<|endoftext|>", "ab"), TokenIds.of());

        assertThat(stop.append(64)).isEmpty();
        assertThat(stop.append(50256)).isEmpty();
        assertThat(stop.append(50299)).isEmpty();
        assertThat(stop.append(65)).contains(new Match("ab", ""));
    }

    @Test
    void aStopStringThatBeginsInThePromptIsFoundAndLeavesNoText() {
        StopStrings stop = new StopStrings(gpt2, List.of("dream is", "is a"), gpt2.encode("My dream"));

        assertThat(stop.append(gpt2.encode(" is").at(0))).contains(new Match("dream is", ""));
    }

    @Test
    void aStopStringThatEndsInThePromptIsNone() {
        StopStrings stop = new StopStrings(gpt2, List.of("dream", "m", "a good"), gpt2.encode("My dream"));

        assertThat(stop.append(gpt2.encode(" is").at(0))).isEmpty();
        assertThat(stop.append(gpt2.encode(" a").at(0))).isEmpty();
        assertThat(stop.append(gpt2.encode(" good").at(0))).contains(new Match("a good", " is "));
    }

    @Test
    void aCharacterWhoseFirstBytesEndThePromptIsFound() {
        StopStrings stop =
                new StopStrings(gpt2, List.of("x😀"), gpt2.encode("x").concat(TokenIds.of(47249)));

        assertThat(stop.append(222)).contains(new Match("x😀", ""));
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void theEndOfAPromptIsAsGoodAsAllOfIt(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            TokenIds ids = TokenIds.of(random.ints(0, 50257)
                    .filter(id -> !gpt2.decode(TokenIds.of(id)).contains("\uFFFD"))
                    .limit(2 + random.nextInt(60))
                    .toArray());
            String text = gpt2.decode(ids);
            int from = random.nextInt(text.length());
            String stop = text.substring(from, from + 1 + random.nextInt(Math.min(6, text.length() - from)));
            int promptTokens = random.nextInt(ids.size());
            TokenIds prompt = ids.slice(0, promptTokens);
            TokenIds generated = ids.slice(promptTokens, ids.size());
            String start = gpt2.decode(prompt);
            Optional<Match> expected = Optional.empty();
            for (int count = 1; count <= generated.size() && expected.isEmpty(); count++) {
                String before = gpt2.decode(prompt.concat(generated.slice(0, count - 1)));
                String now = gpt2.decode(prompt.concat(generated.slice(0, count)));
                int at = now.indexOf(stop, Math.max(0, before.length() - stop.length() + 1));
                if (at >= 0) {
                    expected =
                            Optional.of(new Match(stop, now.substring(start.length(), Math.max(at, start.length()))));
                }
            }
            assertThat(matchOf(new StopStrings(gpt2, List.of(stop), prompt), generated.toArray()))
                    .as("seed %d round %d prompt %s generated %s stop %s", seed, round, prompt, generated, stop)
                    .isEqualTo(expected);
        }
    }

    @Test
    void withoutStopStringsNothingMatches() {
        assertThat(matchOf("My dream is", List.of())).isEmpty();
    }

    @Test
    void anEmptyStopStringIsRefused() {
        assertThatThrownBy(() -> new StopStrings(gpt2, List.of("a", ""), TokenIds.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A stop string must not be empty");
    }

    @Test
    void nothingFollowsAMatch() {
        StopStrings stop = new StopStrings(gpt2, List.of("a"), TokenIds.of());
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
        return matchOf(new StopStrings(gpt2, stop, TokenIds.of()), ids);
    }

    private static Optional<Match> matchOf(StopStrings watch, int[] ids) {
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
