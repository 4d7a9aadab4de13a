package io.promptmill.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Goldens;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.PromptResult.Status;
import io.promptmill.TokenIds;
import io.promptmill.tokenizer.Tokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tokens that the model does not have, and rows that leave it none, over a scripted model of few tokens: what concerns one
 * prompt is that prompt's answer, its neighbours never notice.
 */
class TokensOfTheModelTest {
    /** The model likes token 5 most, then 4, and so on. */
    private static final int VOCABULARY = 6;

    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() throws Exception {
        tokenizer = new Tokenizer(
                TokenizerDefinition.read(Goldens.path("sample-model")).orElseThrow());
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    // ---- prompts and prefixes ----

    @ParameterizedTest
    @ValueSource(ints = {6, 7, 50_256, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void aPromptWithATokenBeyondTheModelIsRejectedAndItsNeighboursAreOk(int token) {
        List<PromptResult> results =
                generate(prompt("a", options(), 1), prompt("b", options(), 1, token, 2), prompt("c", options(), 0, 5));

        assertThat(results).extracting(PromptResult::status).containsExactly(Status.OK, Status.REJECTED, Status.OK);
        assertThat(results.get(1).problem())
                .hasToString("bad_token_ids: prompt_token_ids holds " + token
                        + ", the model's token ids are 0 to 5, use tokens that this model has embeddings for");
        assertThat(results.get(2).completions().get(0).tokenIds()).isEqualTo(TokenIds.of(5, 5, 5));
    }

    @Test
    void soIsATextThatBecomesSuchAToken() {
        int token = tokenizer.encode("dream").at(0);

        PromptResult result =
                generate(Prompt.ofText("a", "dream", config(options()))).get(0);

        assertThat(result.status()).isEqualTo(Status.REJECTED);
        assertThat(result.problem())
                .hasToString("bad_token_ids: the tokenized prompt holds " + token
                        + ", the model's token ids are 0 to 5, use tokens that this model has embeddings for");
    }

    @Test
    void soIsAPromptAfterAPrefixWithSuchAToken() {
        PromptResult result = generate(prompt("a", options().with(GenerationOption.PREFIX, "dream"), 1))
                .get(0);

        assertThat(result.status()).isEqualTo(Status.REJECTED);
        assertThat(result.problem().what()).startsWith("the tokenized prefix holds ");
    }

    // ---- end tokens ----

    @ParameterizedTest
    @CsvSource({"-1, 1", "6, 1", "50256, 1", "'[6,-1]', 1", "-1, 2", "6, 2", "'[50256,7,8]', 3"})
    void anEndTokenThatTheModelDoesNotHaveIsNeverReached(String eosTokenId, int beams) {
        GenerationOptions options = options()
                .with(GenerationOption.EOS_TOKEN_ID, eosTokenId)
                .with(GenerationOption.MIN_NEW_TOKENS, 2) // bans end tokens
                .with(GenerationOption.NUM_BEAMS, beams);

        PromptResult result = generate(prompt("a", options, 1)).get(0);

        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.completions().get(0).tokenIds()).isEqualTo(TokenIds.of(5, 5, 5));
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "2, 5"})
    void amongThemThoseOfTheModelEndASequence(int beams, int end) {
        GenerationOptions options = options()
                .with(GenerationOption.EOS_TOKEN_ID, List.of(50_256, end, -1))
                .with(GenerationOption.NUM_BEAMS, beams)
                .with(GenerationOption.LENGTH_PENALTY, -9); // the shortest is best

        assertThat(generate(prompt("a", options, 1)).get(0).completions().get(0).tokenIds())
                .isEqualTo(TokenIds.of(end));
    }

    // ---- settings that leave no token ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bad_words_ids | [[0],[1],[2],[3],[4],[5]] | eos_token_id | []",
                "bad_words_ids | [[0],[1],[2],[3],[4],[5,5],[5]] | eos_token_id | -1",
                "bad_words_ids | [[5,0],[5,1],[5,2],[5,3],[5,4],[5,5]] | eos_token_id | 77", // after a 5 there is none
                "eos_token_id | [0,1,2,3,4,5] | min_new_tokens | 2",
                "eos_token_id | [0,1,2,3,4,5,9] | min_length | 9",
                "no_repeat_ngram_size | 1 | max_new_tokens | 20" // each token once, and there are six
            })
    void aRowThatBansEveryTokenIsRejectedAndItsNeighboursAreOk(
            String option, String value, String otherOption, String otherValue) {
        GenerationOptions banning = options()
                .with(GenerationOption.ofKey(option).orElseThrow(), value)
                .with(GenerationOption.ofKey(otherOption).orElseThrow(), otherValue);
        for (int beams : new int[] {1, 3}) {
            GenerationOptions own = banning.with(GenerationOption.NUM_BEAMS, beams);

            List<PromptResult> results =
                    generate(prompt("a", options(), 1), prompt("b", own, 1), prompt("c", options(), 0, 5));

            assertThat(results)
                    .as("%d beams", beams)
                    .extracting(PromptResult::status)
                    .containsExactly(Status.OK, Status.REJECTED, Status.OK);
            assertThat(results.get(1).problem())
                    .hasToString("every_token_banned: a sequence had no token left to go on with, bad_words_ids,"
                            + " no_repeat_ngram_size, and eos_token_id before the least length ban all the model's tokens,"
                            + " let these settings ban fewer tokens");
            assertThat(results.get(2).completions().get(0).tokenIds()).isEqualTo(TokenIds.of(5, 5, 5));
        }
    }

    @Test
    void anEndTokenIsLeftWhereAllOthersAreBanned() {
        GenerationOptions options = options()
                .with(GenerationOption.BAD_WORDS_IDS, "[[0],[1],[2],[3],[4],[5]]")
                .with(GenerationOption.EOS_TOKEN_ID, 3);

        assertThat(generate(prompt("a", options, 1)).get(0).completions().get(0).tokenIds())
                .isEqualTo(TokenIds.of(3));
    }

    private static List<PromptResult> generate(Prompt... prompts) {
        ScriptedLm model = new ScriptedLm(VOCABULARY, 40, sequence -> IntStream.range(0, VOCABULARY)
                .mapToDouble(id -> id * 3)
                .toArray());
        EngineSettings settings = new EngineSettings(3, 0, LongPromptPolicy.REJECT, ReturnedText.CONTINUATION);
        try (GenerationEngine engine = new GenerationEngine(model, tokenizer, settings)) {
            List<PromptResult> results = new ArrayList<>();
            engine.generate(List.of(prompts).iterator()).forEachRemaining(results::add);
            return results;
        }
    }

    private static Prompt prompt(String id, GenerationOptions options, int... tokens) {
        return Prompt.ofTokenIds(id, TokenIds.of(tokens), config(options));
    }

    private static GenerationOptions options() {
        return GenerationOptions.none().with(GenerationOption.MAX_NEW_TOKENS, 3);
    }

    private static GenerationConfig config(GenerationOptions options) {
        return GenerationConfig.resolve(List.of(options));
    }
}
