package io.promptmill.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.Completion;
import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Goldens;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.TokenIds;
import io.promptmill.generation.EngineSettings;
import io.promptmill.generation.GenerationEngine;
import io.promptmill.generation.LongPromptPolicy;
import io.promptmill.generation.ReturnedText;
import io.promptmill.tokenizer.Tokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Token ids and texts of greedy and beam search, by the engine over the compiled archive, against transformers. */
class GenerateGoldenTest {
    private static final int TINY_EOS = 511;
    private static final Pattern GREEDY =
            Pattern.compile("greedy_(\\d+)(?:_rep_([\\d.]+)|_norepeat_(\\d)|_min_(\\d+)|_(eos))?");
    private static final Pattern BEAM = Pattern.compile(
            "beam(\\d)(?:_return(\\d))?_(\\d+)(?:_rep_([\\d.]+)|_norepeat_(\\d)|_lp([\\d.]+)|_(early)|_eos_early-(\\w+)_lp([\\d.]+))?");

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 64})
    void tokenIdsAreThoseOfTransformers(int slots) throws Exception {
        List<Prompt> prompts = new ArrayList<>();
        List<List<TokenIds>> expected = new ArrayList<>();
        for (JsonNode row : Goldens.lines("tiny/generate.jsonl")) {
            for (Map.Entry<String, JsonNode> golden : row.properties()) {
                if (golden.getKey().startsWith("greedy") || golden.getKey().startsWith("beam")) {
                    GenerationConfig config = GenerationConfig.resolve(List.of(options(golden.getKey(), row)));
                    prompts.add(Prompt.ofTokenIds(
                            row.get("prompt").textValue() + " " + golden.getKey(),
                            Goldens.ids(row.get("prompt_ids")),
                            config));
                    expected.add(sequences(golden.getValue(), config.eosTokenIds()));
                }
            }
        }
        assertThat(prompts).hasSizeGreaterThan(90);
        try (LoadedModel model = CompiledModels.load(Goldens.path("tiny"));
                GenerationEngine engine = engine(model, null, slots)) {
            Iterator<PromptResult> results = engine.generate(prompts.iterator());
            for (int i = 0; i < prompts.size(); i++) {
                PromptResult result = results.next();
                assertThat(result.problem()).as(result.promptId()).isNull();
                assertThat(result.completions())
                        .extracting(Completion::tokenIds)
                        .as(result.promptId())
                        .isEqualTo(expected.get(i));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void sampleModelWritesTheTextsOfTransformers(int slots) throws Exception {
        Path folder = Goldens.resource("/io/promptmill/sample-model");
        GenerationOptions prefix = GenerationOptions.none()
                .with(GenerationOption.PREFIX, "<|endoftext|>")
                .with(GenerationOption.EOS_TOKEN_ID, 0);
        GenerationConfig greedy = GenerationConfig.resolve(List.of(prefix.with(GenerationOption.MAX_NEW_TOKENS, 40)));
        GenerationConfig beams = GenerationConfig.resolve(
                List.of(prefix.with(GenerationOption.MAX_NEW_TOKENS, 20).with(GenerationOption.NUM_BEAMS, 4)));
        List<JsonNode> goldens = Goldens.lines("sample-model/golden.jsonl");
        List<Prompt> prompts = new ArrayList<>();
        for (JsonNode golden : goldens) {
            String text = golden.get("prompt").textValue();
            prompts.add(Prompt.ofText("greedy " + text, text, greedy));
            prompts.add(Prompt.ofText("beams " + text, text, beams));
        }
        try (LoadedModel model = CompiledModels.load(folder);
                Tokenizer tokenizer =
                        new Tokenizer(TokenizerDefinition.read(folder).orElseThrow());
                GenerationEngine engine = engine(model, tokenizer, slots)) {
            Iterator<PromptResult> results = engine.generate(prompts.iterator());
            for (JsonNode golden : goldens) {
                assertCompletion(results.next(), golden, "greedy_40");
                assertCompletion(results.next(), golden, "beam4_20");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void stopStringsEndSequencesWhereTransformersEndsThem(int slots) throws Exception {
        Path folder = Goldens.resource("/io/promptmill/sample-model");
        List<Prompt> prompts = new ArrayList<>();
        List<List<TokenIds>> expected = new ArrayList<>();
        for (JsonNode golden : Goldens.lines("sample-model/stop.jsonl")) {
            for (int beams : new int[] {1, 3}) {
                List<String> stop = new ArrayList<>();
                golden.get("stop").forEach(text -> stop.add(text.textValue()));
                GenerationOptions options = GenerationOptions.none()
                        .with(GenerationOption.PREFIX, "<|endoftext|>")
                        .with(GenerationOption.MAX_NEW_TOKENS, 16)
                        .with(GenerationOption.NUM_BEAMS, beams)
                        .with(GenerationOption.NUM_RETURN_SEQUENCES, beams)
                        .with(GenerationOption.STOP, stop);
                if (!golden.get("eos").isNull()) {
                    options = options.with(
                            GenerationOption.EOS_TOKEN_ID, golden.get("eos").intValue());
                }
                String text = golden.get("prompt").textValue();
                prompts.add(Prompt.ofText(beams + " " + golden, text, GenerationConfig.resolve(List.of(options))));
                List<TokenIds> sequences = new ArrayList<>();
                golden.get("beam" + beams + "_16").forEach(ids -> sequences.add(Goldens.ids(ids)));
                expected.add(sequences);
            }
        }
        try (LoadedModel model = CompiledModels.load(folder);
                Tokenizer tokenizer =
                        new Tokenizer(TokenizerDefinition.read(folder).orElseThrow());
                GenerationEngine engine = engine(model, tokenizer, slots)) {
            Iterator<PromptResult> results = engine.generate(prompts.iterator());
            for (List<TokenIds> sequences : expected) {
                PromptResult result = results.next();
                assertThat(result.completions())
                        .extracting(Completion::tokenIds)
                        .as(result.promptId())
                        .isEqualTo(sequences);
            }
        }
    }

    private static void assertCompletion(PromptResult result, JsonNode golden, String key) {
        assertThat(result.problem()).as(result.promptId()).isNull();
        Completion completion = result.completions().get(0);
        assertThat(completion.tokenIds()).as(result.promptId()).isEqualTo(Goldens.ids(golden.get(key)));
        assertThat(completion.text())
                .as(result.promptId())
                .isEqualTo(golden.get(key + "_text").textValue());
        assertThat(result.promptTokens()).isEqualTo(golden.get("prompt_ids").size());
    }

    private static GenerationEngine engine(LoadedModel model, Tokenizer tokenizer, int slots) {
        return new GenerationEngine(
                model, tokenizer, new EngineSettings(slots, 0, LongPromptPolicy.REJECT, ReturnedText.CONTINUATION));
    }

    /** The settings that a key of the golden file stands for. */
    private static GenerationOptions options(String key, JsonNode row) {
        List<Integer> rowEos = new ArrayList<>();
        row.get("eos_token_ids").forEach(id -> rowEos.add(id.intValue()));
        GenerationOptions options =
                GenerationOptions.none().with(GenerationOption.EOS_TOKEN_ID, key.contains("_eos") ? rowEos : TINY_EOS);
        Matcher greedy = GREEDY.matcher(key);
        if (greedy.matches()) {
            options = options.with(GenerationOption.MAX_NEW_TOKENS, greedy.group(1));
            options = with(options, GenerationOption.REPETITION_PENALTY, greedy.group(2));
            options = with(options, GenerationOption.NO_REPEAT_NGRAM_SIZE, greedy.group(3));
            return with(options, GenerationOption.MIN_NEW_TOKENS, greedy.group(4));
        }
        Matcher beam = BEAM.matcher(key);
        assertThat(beam.matches()).as(key).isTrue();
        options = options.with(GenerationOption.NUM_BEAMS, beam.group(1))
                .with(GenerationOption.MAX_NEW_TOKENS, beam.group(3));
        options = with(options, GenerationOption.NUM_RETURN_SEQUENCES, beam.group(2));
        options = with(options, GenerationOption.REPETITION_PENALTY, beam.group(4));
        options = with(options, GenerationOption.NO_REPEAT_NGRAM_SIZE, beam.group(5));
        options = with(options, GenerationOption.LENGTH_PENALTY, beam.group(6));
        options = with(options, GenerationOption.EARLY_STOPPING, beam.group(7) == null ? null : "true");
        options = with(options, GenerationOption.EARLY_STOPPING, beam.group(8));
        return with(options, GenerationOption.LENGTH_PENALTY, beam.group(9));
    }

    private static GenerationOptions with(GenerationOptions options, GenerationOption option, String value) {
        return value == null ? options : options.with(option, value);
    }

    private static List<TokenIds> sequences(JsonNode golden, List<Integer> eosTokenIds) {
        List<TokenIds> sequences = new ArrayList<>();
        if (golden.get(0).isArray()) {
            golden.forEach(sequence -> sequences.add(withoutPadding(Goldens.ids(sequence), eosTokenIds)));
        } else {
            sequences.add(withoutPadding(Goldens.ids(golden), eosTokenIds));
        }
        return sequences;
    }

    /** Ids up to the first end token: transformers makes the sequences of a prompt equally long. */
    private static TokenIds withoutPadding(TokenIds ids, List<Integer> eosTokenIds) {
        int end = 0;
        while (end < ids.size() && !eosTokenIds.contains(ids.at(end))) {
            end++;
        }
        return ids.slice(0, Math.min(end + 1, ids.size()));
    }
}
