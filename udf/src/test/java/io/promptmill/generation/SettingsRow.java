package io.promptmill.generation;

import io.promptmill.GenerationConfig;
import io.promptmill.Prompt;
import io.promptmill.TokenIds;

/** One row of a step as the engine would write it, for tests of the network alone. */
public final class SettingsRow {
    private final StepBatch batch = new StepBatch();
    private final TokenIds tokens;

    public SettingsRow(GenerationConfig config, TokenIds prompt, TokenIds generated) {
        tokens = prompt.concat(generated);
        Prompt from = Prompt.ofTokenIds("row", prompt, config);
        EncodedPrompt encoded = new EncodedPrompt(
                from,
                prompt,
                0,
                config.maxTokens().newTokens(prompt.size()),
                config.minTokens().newTokens(prompt.size()),
                config.eosTokenIds());
        batch.start(1, 1, 0);
        batch.settings(0, config);
        new TokenBans(encoded).forEach(tokens.toArray(), tokens.size(), generated.size(), token -> batch.ban(0, token));
    }

    /** Random numbers of one step for as many prompts as there are rows: {@code [rows, 5]}. */
    public static double[] uniforms(long seed, int rows, int step) {
        double[] uniforms = new double[rows * StepBatch.UNIFORMS];
        for (int row = 0; row < rows; row++) {
            new RandomStream(seed, "row " + row, 0)
                    .uniforms(step, uniforms, row * StepBatch.UNIFORMS, StepBatch.UNIFORMS);
        }
        return uniforms;
    }

    /** Prompt and generated tokens. */
    public TokenIds tokens() {
        return tokens;
    }

    public double[] parameters() {
        return batch.settings();
    }

    public long[] banned() {
        return batch.banned();
    }
}
