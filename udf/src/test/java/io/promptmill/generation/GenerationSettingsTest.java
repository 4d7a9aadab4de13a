package io.promptmill.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.Completion;
import io.promptmill.FinishReason;
import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Goldens;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What settings do to a sequence, over a scripted model and the sample model's tokenizer. */
class GenerationSettingsTest {
    private static final int VOCABULARY = 5000;
    private static final int POSITIONS = 24;
    private static final String PREFIX = "Once upon a time";

    private static Tokenizer tokenizer;

    /** The sequences of which the script was asked the next token. */
    private final List<TokenIds> contexts = new ArrayList<>();

    @BeforeAll
    static void open() throws Exception {
        tokenizer = new Tokenizer(
                TokenizerDefinition.read(Goldens.path("sample-model")).orElseThrow());
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    // ---- prompts that are too long or empty ----

    @Test
    void truncateLeftKeepsThePrefixAndTheEndOfThePrompt() {
        TokenIds prefix = tokenizer.encode(PREFIX);
        TokenIds prompt = tokens(40);

        PromptResult result = truncated(LongPromptPolicy.TRUNCATE_LEFT, Prompt.ofTokenIds("p", prompt, withPrefix()));

        int room = POSITIONS - 4 - prefix.size();
        assertThat(contexts.get(0)).isEqualTo(prefix.concat(prompt.slice(40 - room, 40)));
        assertThat(result.promptTokens()).isEqualTo(POSITIONS - 4);
        assertThat(result.completions().get(0).tokenIds().size()).isEqualTo(4);
    }

    @Test
    void truncateRightKeepsThePrefixAndTheBeginningOfThePrompt() {
        TokenIds prefix = tokenizer.encode(PREFIX);
        TokenIds prompt = tokens(40);

        PromptResult result = truncated(LongPromptPolicy.TRUNCATE_RIGHT, Prompt.ofTokenIds("p", prompt, withPrefix()));

        assertThat(contexts.get(0)).isEqualTo(prefix.concat(prompt.slice(0, POSITIONS - 4 - prefix.size())));
        assertThat(result.promptTokens()).isEqualTo(POSITIONS - 4);
    }

    @Test
    void aPromptAsTextIsTruncatedLikeOneOfTokenIds() {
        String text = " there was a king who had a daughter and a son and a very old horse and a dog and a cat";
        TokenIds prefix = tokenizer.encode(PREFIX);
        TokenIds all = tokenizer.encode(PREFIX + text);

        truncated(LongPromptPolicy.TRUNCATE_LEFT, Prompt.ofText("p", text, withPrefix()));

        int room = POSITIONS - 4 - prefix.size();
        assertThat(all.size()).isGreaterThan(POSITIONS - 4);
        assertThat(contexts.get(0)).isEqualTo(prefix.concat(all.slice(all.size() - room, all.size())));
    }

    @Test
    void aLongPromptIsRejectedUnlessItMayBeCut() {
        PromptResult result = truncated(LongPromptPolicy.REJECT, Prompt.ofTokenIds("p", tokens(40), withPrefix()));

        assertThat(result.status()).isEqualTo(PromptResult.Status.REJECTED);
        assertThat(result.problem().code()).isEqualTo("prompt_too_long");
        assertThat(result.problem().what())
                .isEqualTo("the prompt has 40 tokens and the prefix "
                        + tokenizer.encode(PREFIX).size());
        assertThat(contexts).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"19, OK", "20, OK", "21, REJECTED", "40, REJECTED"})
    void aPromptIsTooLongFromTheFirstTokenThatDoesNotFitBesideTheNewOnes(int length, PromptResult.Status status) {
        PromptResult result =
                truncated(LongPromptPolicy.REJECT, Prompt.ofTokenIds("p", tokens(length), config(options())));

        assertThat(result.status()).isEqualTo(status);
        if (status == PromptResult.Status.OK) {
            assertThat(result.promptTokens()).isEqualTo(length);
            assertThat(result.completions().get(0).tokenIds().size()).isEqualTo(4);
        } else {
            assertThat(result.problem().code()).isEqualTo("prompt_too_long");
            assertThat(result.problem().what()).isEqualTo("the prompt has " + length + " tokens and the prefix 0");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TRUNCATE_LEFT", "TRUNCATE_RIGHT"})
    void aPromptThatFitsJustSoIsNotCut(LongPromptPolicy policy) {
        truncated(policy, Prompt.ofTokenIds("p", tokens(20), config(options())));
        assertThat(contexts.get(0)).isEqualTo(tokens(20));

        contexts.clear();
        truncated(policy, Prompt.ofTokenIds("p", tokens(21), config(options())));
        assertThat(contexts.get(0).size()).isEqualTo(20);
    }

    @Test
    void anEmptyPromptWithNothingToStartFromIsRejected() {
        PromptResult result = generate(Prompt.ofText("p", "", config(options())), likes(7));

        assertThat(result.status()).isEqualTo(PromptResult.Status.REJECTED);
        assertThat(result.problem().code()).isEqualTo("empty_prompt");
        assertThat(result.problem().remedy()).isEqualTo("give a prompt or set a prefix");
        assertThat(contexts).isEmpty();
    }

    @Test
    void anEmptyPromptStartsFromThePrefix() {
        PromptResult result = generate(Prompt.ofText("p", "", withPrefix()), likes(7));

        assertThat(contexts.get(0)).isEqualTo(tokenizer.encode(PREFIX));
        assertThat(result.completions().get(0).tokenIds()).isEqualTo(TokenIds.of(7, 7, 7, 7));
    }

    // ---- stop strings ----

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 2", "3, 8"})
    void aStopStringEndsTheSequenceAndIsCutOff(int beams, int slots) {
        Completion completion = written(
                "My dream",
                " is to see the world and to",
                options().with(GenerationOption.MAX_NEW_TOKENS, 8).with(GenerationOption.STOP, "ee the w"),
                beams,
                slots);

        assertThat(completion.text()).isEqualTo(" is to s");
        assertThat(tokenizer.decode(completion.tokenIds())).startsWith(" is to see the w");
        assertThat(tokenizer.decode(
                        completion.tokenIds().slice(0, completion.tokenIds().size() - 1)))
                .doesNotContain("ee the w");
        assertThat(completion.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(completion.stopReason()).isEqualTo("ee the w");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aStopStringMayBeginInThePromptOrItsPrefixAndLeavesNoText(int beams) {
        GenerationOptions options =
                options().with(GenerationOption.PREFIX, "Tell me:").with(GenerationOption.STOP, ": My dream is");

        Completion completion = written(" My dream", " is to see", options, beams, 4);

        assertThat(completion.text()).isEmpty();
        assertThat(completion.tokenIds()).isEqualTo(tokenizer.encode(" is"));
        assertThat(completion.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(completion.stopReason()).isEqualTo(": My dream is");
    }

    @Test
    void aStopStringThatThePromptHasAlreadyStopsNothing() {
        Completion completion = written(
                "My dream",
                " is to see",
                options().with(GenerationOption.STOP, "dream").with(GenerationOption.MAX_NEW_TOKENS, 3),
                1,
                1);

        assertThat(completion.text()).isEqualTo(" is to see");
        assertThat(completion.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(completion.stopReason()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aStopStringThatTheEndTokenCompletesIsFoundAndCutOffAsAnyOther(int beams) {
        GenerationOptions end = options().with(GenerationOption.EOS_TOKEN_ID, 0);

        Completion special =
                written("My dream", " is.<|endoftext|>", end.with(GenerationOption.STOP, "<|endoftext|>"), beams, 4);
        Completion both =
                written("My dream", " is.<|endoftext|>", end.with(GenerationOption.STOP, "s.<|endo"), beams, 4);

        assertThat(special.text()).isEqualTo(" is.");
        assertThat(special.stopReason()).isEqualTo("<|endoftext|>");
        assertThat(both.text()).isEqualTo(" i");
        assertThat(both.stopReason()).isEqualTo("s.<|endo");
        assertThat(List.of(special, both)).allSatisfy(completion -> {
            assertThat(completion.finishReason()).isEqualTo(FinishReason.STOP);
            assertThat(completion.tokenIds()).isEqualTo(tokenizer.encode(" is.<|endoftext|>"));
        });
    }

    @Test
    void everySequenceOfAPromptIsWatchedFromItsOwnBeginningAndTheFullTextKeepsThePrompt() {
        GenerationOptions three = options()
                .with(GenerationOption.DO_SAMPLE, true)
                .with(GenerationOption.NUM_RETURN_SEQUENCES, 3)
                .with(GenerationOption.STOP, List.of("xt|>", "dream<|"));
        Prompt prompt = Prompt.ofText("p", "My dream", config(three));

        PromptResult result =
                generate(prompt, likes(0), 1, LongPromptPolicy.REJECT, ReturnedText.PROMPT_AND_CONTINUATION);

        assertThat(result.completions()).hasSize(3).allSatisfy(completion -> {
            assertThat(completion.text()).isEqualTo("My dream");
            assertThat(completion.stopReason()).isEqualTo("dream<|");
            assertThat(completion.tokenIds()).isEqualTo(TokenIds.of(0));
        });
    }

    // ---- penalties and bans ----

    @ParameterizedTest
    @EnumSource(names = {"REPETITION_PENALTY", "NO_REPEAT_NGRAM_SIZE", "BAD_WORDS_IDS"})
    void penaltiesActOnThePrefix(GenerationOption option) {
        TokenIds prefix = tokenizer.encode(PREFIX);
        int liked = prefix.at(1);
        Object value =
                switch (option) {
                    case REPETITION_PENALTY -> 100.0;
                    case NO_REPEAT_NGRAM_SIZE -> 2;
                    default -> List.of(prefix.concat(TokenIds.of(prefix.at(0), liked)).stream()
                            .boxed()
                            .toList());
                };
        GenerationOptions plain = options().with(GenerationOption.MAX_NEW_TOKENS, 1);
        TokenIds prompt = prefix.slice(0, 1);
        GenerationOptions prefixed = plain.with(GenerationOption.PREFIX, PREFIX);

        assertThat(next(prompt, prefixed, liked)).isEqualTo(liked);
        assertThat(next(prompt, prefixed.with(option, value), liked)).isZero();
        assertThat(next(prompt, plain.with(option, value), liked)).isEqualTo(liked);
    }

    @Test
    void aBadWordIsBannedWhenItsBeginningIsAllThereIs() {
        GenerationOptions options = options().with(GenerationOption.BAD_WORDS_IDS, List.of(List.of(5, 9)));

        assertThat(next(TokenIds.of(5), options, 9)).isZero();
        assertThat(next(TokenIds.of(6), options, 9)).isEqualTo(9);
        assertThat(next(TokenIds.of(6, 5), options, 9)).isZero();
    }

    @Test
    void anEndTokenIsNoBadWordButMayEndOne() {
        GenerationOptions options = options()
                .with(GenerationOption.EOS_TOKEN_ID, 9)
                .with(GenerationOption.BAD_WORDS_IDS, List.of(List.of(9), List.of(5, 9)));

        assertThat(generate(Prompt.ofTokenIds("p", TokenIds.of(6), config(options)), likes(9))
                        .completions())
                .singleElement()
                .satisfies(completion -> {
                    assertThat(completion.tokenIds()).isEqualTo(TokenIds.of(9));
                    assertThat(completion.finishReason()).isEqualTo(FinishReason.STOP);
                    assertThat(completion.stopReason()).isNull();
                });
        assertThat(generate(Prompt.ofTokenIds("p", TokenIds.of(6, 5), config(options)), likes(9))
                        .completions()
                        .get(0)
                        .tokenIds())
                .isEqualTo(TokenIds.of(0, 9));
    }

    // ---- scripts ----

    private interface Script {
        /** The token that is likeliest after these. */
        int likeliest(TokenIds sequence);
    }

    private static Script likes(int token) {
        return sequence -> token;
    }

    private int next(TokenIds prompt, GenerationOptions options, int liked) {
        return generate(Prompt.ofTokenIds("p", prompt, config(options)), likes(liked))
                .completions()
                .get(0)
                .tokenIds()
                .at(0);
    }

    /** The best continuation of a prompt by a model that wants to write {@code text}. */
    private Completion written(String prompt, String text, GenerationOptions options, int beams, int slots) {
        GenerationConfig config = config(options.with(GenerationOption.NUM_BEAMS, beams));
        int promptTokens = tokenizer.encode(config.prefix() + prompt).size();
        TokenIds tokens = tokenizer.encode(text);
        Script script = sequence -> tokens.at(Math.min(sequence.size() - promptTokens, tokens.size() - 1));
        return generate(Prompt.ofText("p", prompt, config), script, slots, LongPromptPolicy.REJECT)
                .completions()
                .get(0);
    }

    private PromptResult truncated(LongPromptPolicy policy, Prompt prompt) {
        return generate(prompt, likes(7), 1, policy);
    }

    private PromptResult generate(Prompt prompt, Script script) {
        return generate(prompt, script, 1, LongPromptPolicy.REJECT);
    }

    private PromptResult generate(Prompt prompt, Script script, int slots, LongPromptPolicy policy) {
        return generate(prompt, script, slots, policy, ReturnedText.CONTINUATION);
    }

    private PromptResult generate(
            Prompt prompt, Script script, int slots, LongPromptPolicy policy, ReturnedText returned) {
        ScriptedLm model = new ScriptedLm(VOCABULARY, POSITIONS, sequence -> {
            contexts.add(sequence);
            double[] logits =
                    IntStream.range(0, VOCABULARY).mapToDouble(id -> 1 - id).toArray();
            logits[script.likeliest(sequence)] = 5;
            return logits;
        });
        EngineSettings settings = new EngineSettings(slots, 0, policy, returned);
        try (GenerationEngine engine = new GenerationEngine(model, tokenizer, settings)) {
            return engine.generate(List.of(prompt).iterator()).next();
        }
    }

    private static GenerationConfig withPrefix() {
        return config(options().with(GenerationOption.PREFIX, PREFIX));
    }

    private static GenerationOptions options() {
        return GenerationOptions.none().with(GenerationOption.MAX_NEW_TOKENS, 4);
    }

    private static GenerationConfig config(GenerationOptions options) {
        return GenerationConfig.resolve(List.of(options));
    }

    private static TokenIds tokens(int count) {
        return TokenIds.of(IntStream.range(100, 100 + count).toArray());
    }
}
