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
                config.maxTokens().newTokens(prompt.size()),
                config.minTokens().newTokens(prompt.size()));
        batch.start(1);
        batch.settings(0, config);
        new TokenBans(encoded).forEach(tokens.toArray(), tokens.size(), generated.size(), token -> batch.ban(0, token));
    }

    /** Prompt and generated tokens. */
    public TokenIds tokens() {
        return tokens;
    }

    public double[] parameters() {
        return batch.parameters();
    }

    public long[] banned() {
        return batch.banned();
    }
}
