package io.promptmill.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.Completion;
import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Goldens;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.TokenIds;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.compile.Precision;
import io.promptmill.generation.EngineSettings;
import io.promptmill.generation.GenerationEngine;
import io.promptmill.generation.LongPromptPolicy;
import io.promptmill.generation.ReturnedText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The files of published checkpoints, rebuilt small in their own form (names, masks, heads, types, strides, container,
 * fields of config.json), give the greedy ids of transformers 5.24 in float32. Where that cannot read a form, as with
 * prefixes of training tools, it was given the same weights without it. So do adapters of PEFT 0.21, as its PeftModel
 * computes them.
 */
class PublishedFormsTest {
    private static final GenerationConfig GREEDY =
            GenerationConfig.resolve(List.of(GenerationOptions.none().with(GenerationOption.MAX_NEW_TOKENS, 10)));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "gpt2 | -",
                "gpt2-medium | -",
                "distilgpt2 | -",
                "dialogpt | -",
                "codeparrot | -",
                "reorder-fp16 | -",
                "reorder-unscaled | -",
                "reorder-by-head-only | -",
                "reorder-neither | -",
                "head-differs | lm_head.weight is in the weights with other values than wte.weight, so it is used",
                "head-differs-bin-fp16 | lm_head.weight is in the weights with other values than wte.weight",
                "head-only | -",
                "untied | -",
                "value-head | pytorch_model.bin: 'epoch' is no tensor and is ignored"
                        + " & the weights hold 'v_head.summary.weight', 'v_head.summary.bias', which",
                "transposed | config.json has no model_type and is taken for a GPT-2's by its fields n_embd, n_layer,",
                "float64 | config.json: n_ctx is '12' and not n_positions, 24, which holds",
                "wrapped | -"
            })
    void greedyIdsAreThoseOfTransformers(String form, String warnings) throws Exception {
        Path folder = Goldens.path("forms/" + form);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertWarnings(checkpoint, warnings == null ? List.of() : List.of(warnings.split(" & ")));
            assertGreedyIds(checkpoint, folder);
        }
    }

    /** Bases: that of the same folder, that which the adapter names from its own place, and one that the caller names. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "one-layer-kind, -",
                "patterns, -",
                "embeddings, base",
                "head, -",
                "saved-modules, -",
                "half-precision-bin, -",
                "saved-embeddings, -",
                "resized, base"
            })
    void greedyIdsOfAnAdapterAreThoseOfPeft(String adapter, String base) throws Exception {
        Path folder = Goldens.path("lora/" + adapter);
        try (Checkpoint checkpoint =
                base == null ? Checkpoint.open(folder) : Checkpoint.open(folder, folder.resolveSibling(base))) {
            assertWarnings(checkpoint, List.of());
            assertGreedyIds(checkpoint, folder);
        }
    }

    private static void assertGreedyIds(Checkpoint checkpoint, Path folder) throws Exception {
        JsonNode golden =
                new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
        List<Prompt> prompts = new ArrayList<>();
        for (JsonNode ids : golden.get("prompts")) {
            prompts.add(Prompt.ofTokenIds(ids.toString(), Goldens.ids(ids), GREEDY));
        }
        List<List<TokenIds>> expected = new ArrayList<>();
        golden.get("greedy").forEach(ids -> expected.add(List.of(Goldens.ids(ids))));

        List<List<TokenIds>> found = new ArrayList<>();
        try (LoadedModel model = CompiledModels.load(checkpoint, Precision.FP32);
                GenerationEngine engine = new GenerationEngine(
                        model, null, new EngineSettings(4, 0, LongPromptPolicy.REJECT, ReturnedText.CONTINUATION))) {
            for (Iterator<PromptResult> results = engine.generate(prompts.iterator()); results.hasNext(); ) {
                found.add(results.next().completions().stream()
                        .map(Completion::tokenIds)
                        .toList());
            }
        }
        assertThat(found).isEqualTo(expected);
    }

    private static void assertWarnings(Checkpoint checkpoint, List<String> beginnings) {
        assertThat(checkpoint.warnings()).hasSameSizeAs(beginnings);
        for (int i = 0; i < beginnings.size(); i++) {
            assertThat(checkpoint.warnings()).element(i).asString().startsWith(beginnings.get(i));
        }
    }
}
