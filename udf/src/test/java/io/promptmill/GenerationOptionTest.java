package io.promptmill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationOptionTest {
    @Test
    void keysAreTheNamesOfTransformers() {
        assertThat(Arrays.stream(GenerationOption.values()).map(GenerationOption::key))
                .containsExactly(
                        "max_new_tokens",
                        "max_length",
                        "min_new_tokens",
                        "min_length",
                        "do_sample",
                        "temperature",
                        "top_k",
                        "top_p",
                        "min_p",
                        "typical_p",
                        "repetition_penalty",
                        "no_repeat_ngram_size",
                        "bad_words_ids",
                        "eos_token_id",
                        "num_beams",
                        "length_penalty",
                        "early_stopping",
                        "num_return_sequences",
                        "stop",
                        "prefix");
    }

    @Test
    void everyOptionIsFoundByItsKey() {
        for (GenerationOption option : GenerationOption.values()) {
            assertThat(GenerationOption.ofKey(option.key())).contains(option);
        }
        assertThat(GenerationOption.ofKey("stop_strings")).contains(GenerationOption.STOP);
        assertThat(GenerationOption.ofKey("TOP_K")).isEmpty();
        assertThat(GenerationOption.ofKey("top-k")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "max_new_tokens; 0; must be a whole number of at least 1 but was 0",
                "max_new_tokens; 2.5; must be a whole number of at least 1 but was 2.5",
                "max_new_tokens; 4294967297; must be a whole number of at least 1 but was 4294967297",
                "max_new_tokens; many; must be a whole number of at least 1 but was many",
                "max_new_tokens; ``; must be a whole number of at least 1 but was ",
                "max_new_tokens; 1e999999999; must be a whole number of at least 1 but was 1e999999999",
                "max_length; 0; must be a whole number of at least 1 but was 0",
                "min_new_tokens; -2; must be a whole number of at least 0, or -1 for none but was -2",
                "min_length; -2; must be a whole number of at least 0, or -1 for none but was -2",
                "do_sample; yes; must be true or false but was yes",
                "do_sample; 1; must be true or false but was 1",
                "temperature; -1; must be a number that is 0 or at least 1e-30 but was -1",
                "temperature; -1e-9; must be a number that is 0 or at least 1e-30 but was -1e-9",
                "temperature; NaN; must be a number that is 0 or at least 1e-30 but was NaN",
                "temperature; Infinity; must be a number that is 0 or at least 1e-30 but was Infinity",
                "temperature; 1e-31; must be a number that is 0 or at least 1e-30 but was 1e-31",
                "temperature; hot; must be a number that is 0 or at least 1e-30 but was hot",
                "top_k; -2; must be a whole number of at least 0, or -1 for none but was -2",
                "top_k; -1.5; must be a whole number of at least 0, or -1 for none but was -1.5",
                "top_p; -0.1; must be a number between 0 and 1 but was -0.1",
                "top_p; 1.01; must be a number between 0 and 1 but was 1.01",
                "min_p; -0.1; must be a number between 0 and 1 but was -0.1",
                "min_p; 1.01; must be a number between 0 and 1 but was 1.01",
                "typical_p; 0; must be a number greater than 0 and at most 1 but was 0",
                "typical_p; 1.01; must be a number greater than 0 and at most 1 but was 1.01",
                "repetition_penalty; 1e-320; must be a number from 1e-30 to 1e30 but was 1e-320",
                "repetition_penalty; 0; must be a number from 1e-30 to 1e30 but was 0",
                "no_repeat_ngram_size; -2; must be a whole number of at least 0, or -1 for none but was -2",
                "bad_words_ids; []x; must be a list of non-empty lists of token ids such as [[5],[7,9]] but was []x",
                "bad_words_ids; [[]]; must be a list of non-empty lists of token ids such as [[5],[7,9]] but was [[]]",
                "bad_words_ids; [5]; must be a list of non-empty lists of token ids such as [[5],[7,9]] but was [5]",
                "bad_words_ids; [[-5]]; must be a list of non-empty lists of token ids such as [[5],[7,9]] but was [[-5]]",
                "bad_words_ids; [[9999999999]]; must be a list of non-empty lists of token ids such as [[5],[7,9]] but was [[9999999999]]",
                "eos_token_id; 5,; must be one token id or a list of them, or -1 for none but was 5,",
                "eos_token_id; 4294967295; must be one token id or a list of them, or -1 for none but was 4294967295",
                "eos_token_id; a; must be one token id or a list of them, or -1 for none but was a",
                "num_beams; 0; must be a whole number from 1 to 256 but was 0",
                "num_beams; 257; must be a whole number from 1 to 256 but was 257",
                "length_penalty; NaN; must be a number that is finite but was NaN",
                "early_stopping; maybe; must be true, false or never but was maybe",
                "num_return_sequences; 0; must be a whole number from 1 to 10000 but was 0",
                "num_return_sequences; 10001; must be a whole number from 1 to 10000 but was 10001",
                "stop; ``; must be a non-empty text or a list of them but was a text of 0 characters"
            })
    void aValueOutOfRangeIsRefused(String key, String value, String message) {
        assertThatThrownBy(() -> option(key).read(value))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .isEqualToIgnoringWhitespace(key + " " + message);
    }

    @Test
    void valuesOfTheWrongTypeAreRefused() {
        refused(GenerationOption.MAX_NEW_TOKENS, true);
        refused(GenerationOption.MAX_NEW_TOKENS, List.of(5));
        refused(GenerationOption.TEMPERATURE, false);
        refused(GenerationOption.DO_SAMPLE, 1);
        refused(GenerationOption.EARLY_STOPPING, 1);
        refused(GenerationOption.EOS_TOKEN_ID, List.of("x"));
        refused(GenerationOption.BAD_WORDS_IDS, List.of(5));
        refused(GenerationOption.STOP, 5);
        refused(GenerationOption.STOP, List.of("x", 5));
        refused(GenerationOption.PREFIX, 5);
        refused(GenerationOption.PREFIX, List.of("x"));
    }

    @Test
    void noOptionTakesNull() {
        for (GenerationOption option : GenerationOption.values()) {
            refused(option, null);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "0.95", "1e-3"})
    void bordersOfARangeBelongToIt(String value) {
        assertThat(GenerationOption.TOP_P.read(value)).isEqualTo(Double.parseDouble(value));
        assertThat(GenerationOption.MIN_P.read(value)).isEqualTo(Double.parseDouble(value));
    }

    @Test
    void theMostBeamsAndSequencesAreTaken() {
        assertThat(GenerationOption.NUM_BEAMS.read(256)).isEqualTo(256);
        assertThat(GenerationOption.NUM_RETURN_SEQUENCES.read("10000")).isEqualTo(10_000);
    }

    @Test
    void wholeNumbersComeInEveryForm() {
        for (Object value : new Object[] {5, 5L, 5.0, 5f, "5", " 5 ", "5.0", "+5"}) {
            assertThat(GenerationOption.TOP_K.read(value)).as("%s", value).isEqualTo(5);
        }
    }

    @Test
    void numbersComeInEveryForm() {
        for (Object value : new Object[] {2, 2L, 2.0, 2f, "2", "2.0", " 2 "}) {
            assertThat(GenerationOption.TEMPERATURE.read(value)).as("%s", value).isEqualTo(2.0);
        }
        assertThat(GenerationOption.LENGTH_PENALTY.read("-1.5")).isEqualTo(-1.5);
    }

    @Test
    void flagsComeAsBooleansAndAsText() {
        assertThat(GenerationOption.DO_SAMPLE.read(true)).isEqualTo(true);
        assertThat(GenerationOption.DO_SAMPLE.read("false")).isEqualTo(false);
        assertThat(GenerationOption.DO_SAMPLE.read("True")).isEqualTo(true);
    }

    @Test
    void earlyStoppingIsAFlagOrNever() {
        assertThat(GenerationOption.EARLY_STOPPING.read(true)).isEqualTo(EarlyStopping.TRUE);
        assertThat(GenerationOption.EARLY_STOPPING.read("false")).isEqualTo(EarlyStopping.FALSE);
        assertThat(GenerationOption.EARLY_STOPPING.read("never"))
                .isEqualTo(EarlyStopping.NEVER)
                .hasToString("never");
    }

    @Test
    void endTokensAreOneOrMany() {
        assertThat(GenerationOption.EOS_TOKEN_ID.read(5)).isEqualTo(List.of(5));
        assertThat(GenerationOption.EOS_TOKEN_ID.read(List.of(5, 7L))).isEqualTo(List.of(5, 7));
        assertThat(GenerationOption.EOS_TOKEN_ID.read("5")).isEqualTo(List.of(5));
        assertThat(GenerationOption.EOS_TOKEN_ID.read("[5, 7]")).isEqualTo(List.of(5, 7));
        assertThat(GenerationOption.EOS_TOKEN_ID.read("5,7")).isEqualTo(List.of(5, 7));
        assertThat(GenerationOption.EOS_TOKEN_ID.read(List.of())).isEqualTo(List.of());
        assertThat(GenerationOption.EOS_TOKEN_ID.read("[]")).isEqualTo(List.of());
    }

    @Test
    void endTokensThatNoModelHasAreKept() {
        assertThat(GenerationOption.EOS_TOKEN_ID.read(-1)).isEqualTo(List.of(-1));
        assertThat(GenerationOption.EOS_TOKEN_ID.read("-1")).isEqualTo(List.of(-1));
        assertThat(GenerationOption.EOS_TOKEN_ID.read("[-1, 5]")).isEqualTo(List.of(-1, 5));
        assertThat(GenerationOption.EOS_TOKEN_ID.read(List.of(2_000_000_000))).isEqualTo(List.of(2_000_000_000));
    }

    @ParameterizedTest
    @EnumSource(names = {"MIN_NEW_TOKENS", "MIN_LENGTH", "TOP_K", "NO_REPEAT_NGRAM_SIZE"})
    void minusOneIsOffAsZeroIs(GenerationOption option) {
        for (Object off : new Object[] {-1, -1L, -1.0, "-1", "-1.0", 0, "0", -0.0}) {
            assertThat(option.read(off)).as("%s", off).isEqualTo(0);
        }
    }

    @Test
    void valuesThatMeanOffAreTaken() {
        for (Object one : new Object[] {1, 1.0, "1", "1.0"}) {
            assertThat(GenerationOption.REPETITION_PENALTY.read(one)).isEqualTo(1.0);
            assertThat(GenerationOption.LENGTH_PENALTY.read(one)).isEqualTo(1.0);
            assertThat(GenerationOption.TOP_P.read(one)).isEqualTo(1.0);
            assertThat(GenerationOption.TYPICAL_P.read(one)).isEqualTo(1.0);
            assertThat(GenerationOption.NUM_BEAMS.read(one)).isEqualTo(1);
            assertThat(GenerationOption.NUM_RETURN_SEQUENCES.read(one)).isEqualTo(1);
        }
        for (Object zero : new Object[] {0, 0.0, -0.0, "0", "0.0", "-0.0"}) {
            assertThat(GenerationOption.TEMPERATURE.read(zero)).isEqualTo(0.0);
            assertThat(GenerationOption.MIN_P.read(zero)).as("%s", zero).isIn(0.0, -0.0);
        }
        assertThat(GenerationOption.BAD_WORDS_IDS.read(List.of())).isEqualTo(List.of());
        assertThat(GenerationOption.STOP.read(List.of())).isEqualTo(List.of());
    }

    @Test
    void badWordsAreListsOfIds() {
        List<TokenIds> expected = List.of(TokenIds.of(5), TokenIds.of(7, 9));

        assertThat(GenerationOption.BAD_WORDS_IDS.read(List.of(List.of(5), List.of(7, 9))))
                .isEqualTo(expected);
        assertThat(GenerationOption.BAD_WORDS_IDS.read("[[5], [7, 9]]")).isEqualTo(expected);
        assertThat(GenerationOption.BAD_WORDS_IDS.read("[]")).isEqualTo(List.of());
    }

    @Test
    void aSpaceDoesNotJoinTwoIds() {
        refused(GenerationOption.EOS_TOKEN_ID, "5 7");
        refused(GenerationOption.BAD_WORDS_IDS, "[[5 7]]");
    }

    @Test
    void longListsOfBadWordsAreRead() {
        List<List<Integer>> many = Collections.nCopies(50_000, List.of(5, 7));

        assertThat((List<?>) GenerationOption.BAD_WORDS_IDS.read(many)).hasSize(50_000);
        assertThat((List<?>) GenerationOption.BAD_WORDS_IDS.read(many.toString()))
                .hasSize(50_000);
    }

    @Test
    void bracketsStandOnlyAroundLists() {
        refused(GenerationOption.EOS_TOKEN_ID, "5]");
        refused(GenerationOption.EOS_TOKEN_ID, "[[5]]");
        refused(GenerationOption.EOS_TOKEN_ID, "");
        refused(GenerationOption.BAD_WORDS_IDS, "[[5],[]]");
        refused(GenerationOption.BAD_WORDS_IDS, "[[5],7]");
        refused(GenerationOption.BAD_WORDS_IDS, List.of(List.of(5), List.of()));
        refused(GenerationOption.BAD_WORDS_IDS, "");
    }

    @Test
    void stopStringsKeepTheirWhiteSpace() {
        assertThat(GenerationOption.STOP.read("\n\n")).isEqualTo(List.of("\n\n"));
        assertThat(GenerationOption.STOP.read(List.of(" a", "b"))).isEqualTo(List.of(" a", "b"));
        assertThat(GenerationOption.PREFIX.read("")).isEqualTo("");
        assertThat(GenerationOption.PREFIX.read(" x ")).isEqualTo(" x ");
    }

    @Test
    void aValueOfAnyLengthIsRefusedAtOnceAndInOneShortLine() {
        String digits = "7".repeat(3_000_000);
        for (Object value : List.of(digits, List.of(digits), "[" + digits + "]", "x\n" + digits)) {
            assertThatThrownBy(() -> GenerationOption.EOS_TOKEN_ID.read(value))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("eos_token_id must be one token id or a list of them")
                    .hasMessageEndingWith("777...")
                    .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(300))
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void halvesOfACharacterAreNoText() {
        assertThatThrownBy(() -> GenerationOption.PREFIX.read("a\ud83d"))
                .hasMessage(
                        "prefix must be text without lone surrogates (U+D800 to U+DFFF) but was a text of 2 characters");
        assertThatThrownBy(() -> GenerationOption.STOP.read(List.of("a", "\udc4b\ud83d")))
                .hasMessage("stop must be text without lone surrogates (U+D800 to U+DFFF) but was not");
        assertThat(GenerationOption.PREFIX.read("\ud83d\udc4b")).isEqualTo("👋");
        assertThat(GenerationOption.STOP.read("👋")).isEqualTo(List.of("👋"));
    }

    private static GenerationOption option(String key) {
        return GenerationOption.ofKey(key).orElseThrow();
    }

    private static void refused(GenerationOption option, Object value) {
        boolean secret = option == GenerationOption.STOP || option == GenerationOption.PREFIX;
        String told = value instanceof String text ? "a text of " + text.length() + " characters" : "not";
        assertThatThrownBy(() -> option.read(value))
                .as("%s %s", option, value)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(option.key() + " must be ")
                .hasMessageEndingWith(" but was " + (secret ? told : value));
    }
}
