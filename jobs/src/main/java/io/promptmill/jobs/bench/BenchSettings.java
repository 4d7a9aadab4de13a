package io.promptmill.jobs.bench;

import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.generation.EngineSettings;
import io.promptmill.generation.LongPromptPolicy;
import io.promptmill.generation.ReturnedText;
import java.util.List;

/**
 * What is measured, and for how long.
 *
 * @param tasks engines at a time, each with a thread and slots of its own over one model, as tasks of an executor are
 * @param slots sequences in flight in one task
 * @param seconds rounds begin until that much time has passed, at least one
 * @param warmupSeconds the same for rounds of few tokens before
 * @param seed of all random numbers
 * @param choice how tokens are chosen: do_sample, top_p, top_k
 */
public record BenchSettings(
        int tasks, int slots, double seconds, double warmupSeconds, long seed, GenerationOptions choice) {
    public BenchSettings {
        require(tasks >= 1, "--tasks must be at least 1 but was " + tasks);
        require(slots >= 1, "--slots must be at least 1 but was " + slots);
        require(seconds >= 0 && seconds < 1e6, "--seconds must be from 0 to 1,000,000 but was " + seconds);
        require(
                warmupSeconds >= 0 && warmupSeconds < 1e6,
                "--warmup-seconds must be from 0 to 1,000,000 but was " + warmupSeconds);
    }

    /** Of each engine. */
    EngineSettings engine() {
        return new EngineSettings(slots, seed, LongPromptPolicy.REJECT, ReturnedText.CONTINUATION);
    }

    /** Of a prompt with exactly that many new tokens: no end token is set, so none ends a sequence. */
    GenerationConfig config(int newTokens, int sequences) {
        return GenerationConfig.resolve(List.of(choice.with(GenerationOption.MAX_NEW_TOKENS, newTokens)
                .with(GenerationOption.MIN_NEW_TOKENS, newTokens)
                .with(GenerationOption.NUM_RETURN_SEQUENCES, sequences)));
    }

    /** {@code greedy}, or the filters of sampling. */
    String mode() {
        GenerationConfig config = config(1, 1);
        return config.doSample() ? "top_p " + config.topP() + ", top_k " + config.topK() : "greedy";
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
