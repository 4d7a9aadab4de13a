package io.promptmill.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.RandomCheckpoint;
import io.promptmill.TokenIds;
import io.promptmill.compile.Precision;
import io.promptmill.generation.EngineSettings;
import io.promptmill.generation.GenerationEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models whose widths are no multiples of what a processor computes at once: what is left over has its own arithmetic. */
class OddWidthsTest {
    private static final long SEED = 7;

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}, {1} wide with {2} heads, seed " + SEED)
    @CsvSource({"FP32,49,7", "FP32,50,2", "FP32,54,6", "BF16,49,7", "BF16,50,2", "INT8,49,7", "INT8,54,6"})
    void rowsAreTheSameInAnyNumberOfSlots(Precision precision, int width, int heads) throws Exception {
        new RandomCheckpoint(1000, 64, width, 2, heads, SEED).write(folder);
        try (LoadedModel model = CompiledModels.load(folder, precision)) {
            List<PromptResult> alone = run(model, 1);
            assertThat(run(model, 3)).isEqualTo(alone);
            assertThat(run(model, 64)).isEqualTo(alone);
        }
    }

    private static List<PromptResult> run(LoadedModel model, int slots) {
        List<PromptResult> results = new ArrayList<>();
        try (GenerationEngine engine =
                new GenerationEngine(model, null, EngineSettings.defaults().withSlots(slots))) {
            engine.generate(prompts().iterator()).forEachRemaining(results::add);
        }
        return results;
    }

    private static List<Prompt> prompts() {
        GenerationOptions sampled = GenerationOptions.none()
                .with(GenerationOption.MAX_NEW_TOKENS, 12)
                .with(GenerationOption.DO_SAMPLE, true);
        Random random = new Random(SEED);
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            TokenIds ids = TokenIds.of(random.ints(3 + i, 1, 1000).toArray());
            GenerationOptions options = i % 4 == 0 ? sampled.with(GenerationOption.NUM_RETURN_SEQUENCES, 3) : sampled;
            prompts.add(Prompt.ofTokenIds("prompt " + i, ids, GenerationConfig.resolve(List.of(options))));
        }
        return prompts;
    }
}
