package io.promptmill.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.TokenIds;
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

    private static final int END_OF_TEXT = 50256;

    private static Tokenizer gpt2;

    /** A stop string and the generated text before it. */
    private record Found(String stop, String text) {}

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
        assertThat(matchOf("My dream is", List.of("rea"))).contains(new Found("rea", "My d"));
    }

    @Test
    void aStopStringAcrossTokensIsFound() {
        assertThat(matchOf("My dream is", List.of("y dream i"))).contains(new Found("y dream i", "M"));
    }

    @Test
    void aStopStringOfOneCharacterSplitOverTokensIsFoundWithItsLastByte() {
        StopStrings stop = new StopStrings(gpt2, List.of("😀"), TokenIds.of());

        assertThat(stop.append(47249)).isEmpty();
        assertThat(stop.append(222)).contains(new StopMatch("😀", 0));
    }

    @Test
    void theOneThatBeginsFirstWinsThenTheLongest() {
        assertThat(matchOf(" dream", List.of("am", "re", "rea", "r"))).contains(new Found("rea", " d"));
        assertThat(matchOf("abc", List.of("bc", "ab"))).contains(new Found("ab", ""));
    }

    @Test
    void bytesThatAreNoCharacterAreNoReplacementCharacter() {
        assertThat(matchOf(new int[] {47249, 64}, List.of("\uFFFD"))).isEmpty();
        assertThat(matchOf(gpt2.encode("a\uFFFD").toArray(), List.of("\uFFFD"))).contains(new Found("\uFFFD", "a"));
    }

    @Test
    void aStopStringMayBeASpecialTokenAndLeavesTheTextBeforeIt() {
        int[] ids = {64, 50256, 65};

        assertThat(matchOf(ids, List.of("<|endoftext|>"))).contains(new Found("<|endoftext|>", "a"));
    }

    @Test
    void aStopStringMayBeginOrEndWithinASpecialTokenWhichIsNoText() {
        int[] ids = {64, 50256, 65, 50256, 66};

        assertThat(matchOf(ids, List.of("text|>b<|end"))).contains(new Found("text|>b<|end", "a"));
        assertThat(matchOf(ids, List.of("of"))).contains(new Found("of", "a"));
        assertThat(matchOf(ids, List.of("|>c"))).contains(new Found("|>c", "ab"));
        assertThat(matchOf(ids, List.of("ab"))).isEmpty();
    }

    @Test
    void anIdThatTheTokenizerDoesNotHaveInterruptsEveryStopString() {
        assertThat(matchOf(new int[] {64, 50299, 65}, List.of("ab"))).isEmpty();
        assertThat(matchOf(new int[] {64, -1, 65, 64, 65}, List.of("ab"))).contains(new Found("ab", "ab"));
    }

    @Test
    void aStopStringThatIsNoUnicodeTextIsNeverFound() {
        assertThat(matchOf("a?", List.of("\uD83D", "?"))).contains(new Found("?", "a"));
        assertThat(matchOf("a?", List.of("\uD83D"))).isEmpty();
    }

    @Test
    void aCopyGoesOnInItsOwnWay() {
        StopStrings watch = new StopStrings(gpt2, List.of("abc", "abd"), TokenIds.of(64));
        watch.append(65);
        StopStrings copy = watch.copy();

        assertThat(watch.append(66)).contains(new StopMatch("abc", -1));
        assertThat(copy.append(67)).contains(new StopMatch("abd", -1));
        assertThat(watch.copy().append(65)).isEmpty();
    }

    /** {@code StopStringCriteria} of transformers, over special and added tokens, broken bytes and unknown ids. */
    @Test
    void sequencesEndAtTheTokenAtWhichTransformersEndsThem() throws Exception {
        int ended = 0;
        try (Tokenizer tokenizer = new Tokenizer(Golden.definition("stop-strings"))) {
            for (JsonNode line : Golden.lines("stop-strings/golden.jsonl")) {
                List<String> stop = new ArrayList<>();
                line.get("stop").forEach(text -> stop.add(text.textValue()));
                StopStrings watch = new StopStrings(tokenizer, stop, Golden.ids(line.get("prompt")));
                TokenIds generated = Golden.ids(line.get("generated"));
                int end = line.get("ends").asInt(generated.size());
                for (int i = 0; i < end - 1; i++) {
                    assertThat(watch.append(generated.at(i)))
                            .as("%s, token %d", line, i)
                            .isEmpty();
                }
                Optional<StopMatch> last = watch.append(generated.at(end - 1));
                assertThat(last.isPresent())
                        .as(line.toString())
                        .isEqualTo(!line.get("ends").isNull());
                if (last.isPresent()) {
                    ended++;
                    assertThat(tokenizer.decode(generated.slice(0, end)))
                            .startsWith(withoutBrokenEnd(tokenizer.decodeBefore(last.get(), generated)));
                }
            }
        }
        assertThat(ended).isGreaterThan(300);
    }

    /** A character of which a stop string took the last bytes is whole in the whole text. */
    private static String withoutBrokenEnd(String text) {
        return text.replaceAll("\uFFFD$", "");
    }

    @Test
    void aStopStringThatBeginsInThePromptIsFoundAndLeavesNoText() {
        StopStrings stop = new StopStrings(gpt2, List.of("dream is", "is a"), gpt2.encode("My dream"));

        assertThat(matchOf(stop, gpt2.encode(" is").toArray())).contains(new Found("dream is", ""));
    }

    @Test
    void aStopStringThatEndsInThePromptIsNone() {
        StopStrings stop = new StopStrings(gpt2, List.of("dream", "m", "a good"), gpt2.encode("My dream"));

        assertThat(matchOf(stop, gpt2.encode(" is a good").toArray())).contains(new Found("a good", " is "));
    }

    @Test
    void aCharacterWhoseFirstBytesEndThePromptIsFound() {
        StopStrings stop =
                new StopStrings(gpt2, List.of("x😀"), gpt2.encode("x").concat(TokenIds.of(47249)));

        assertThat(stop.append(222)).contains(new StopMatch("x😀", -4));
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void theEndOfAPromptIsAsGoodAsAllOfIt(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            TokenIds ids = TokenIds.of(random.ints(0, 50257)
                    .filter(id ->
                            id != END_OF_TEXT && !gpt2.decode(TokenIds.of(id)).contains("\uFFFD"))
                    .limit(2 + random.nextInt(60))
                    .toArray());
            String text = gpt2.decode(ids);
            int from = random.nextInt(text.length());
            String stop = text.substring(from, from + 1 + random.nextInt(Math.min(6, text.length() - from)));
            int promptTokens = random.nextInt(ids.size());
            TokenIds prompt = ids.slice(0, promptTokens);
            TokenIds generated = ids.slice(promptTokens, ids.size());
            String start = gpt2.decode(prompt);
            Optional<Found> expected = Optional.empty();
            for (int count = 1; count <= generated.size() && expected.isEmpty(); count++) {
                String before = gpt2.decode(prompt.concat(generated.slice(0, count - 1)));
                String now = gpt2.decode(prompt.concat(generated.slice(0, count)));
                int at = now.indexOf(stop, Math.max(0, before.length() - stop.length() + 1));
                if (at >= 0) {
                    expected =
                            Optional.of(new Found(stop, now.substring(start.length(), Math.max(at, start.length()))));
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
        int limit = random.nextBoolean() ? BYTE_TOKENS : END_OF_TEXT;
        return random.ints(count, 0, limit).toArray();
    }

    private static Optional<Found> matchOf(String text, List<String> stop) {
        return matchOf(gpt2.encode(text).toArray(), stop);
    }

    private static Optional<Found> matchOf(int[] ids, List<String> stop) {
        return matchOf(new StopStrings(gpt2, stop, TokenIds.of()), ids);
    }

    private static Optional<Found> matchOf(StopStrings watch, int[] ids) {
        for (int id : ids) {
            Optional<StopMatch> match = watch.append(id);
            if (match.isPresent()) {
                return match.map(found -> new Found(found.stop(), gpt2.decodeBefore(found, TokenIds.of(ids))));
            }
        }
        return Optional.empty();
    }

    private static Optional<Found> matchByDecodingEverything(int[] ids, List<String> stop) {
        for (int count = 1; count <= ids.length; count++) {
            String text = gpt2.decode(TokenIds.of(ids).slice(0, count));
            for (int at = 0; at < text.length(); at++) {
                int position = at;
                Optional<String> longest = stop.stream()
                        .filter(candidate -> text.startsWith(candidate, position))
                        .max((a, b) -> Integer.compare(a.length(), b.length()));
                if (longest.isPresent()) {
                    return Optional.of(new Found(longest.get(), text.substring(0, at)));
                }
            }
        }
        return Optional.empty();
    }
}
