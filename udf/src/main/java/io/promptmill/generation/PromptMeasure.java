package io.promptmill.generation;

import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.TokenLimit;
import io.promptmill.tokenizer.Tokenizer;
import java.util.List;
import java.util.function.Consumer;

/** Tells what prompts take, by the code that admits them to an engine, without generating. Single-threaded. */
public final class PromptMeasure {
    private final PromptEncoder encoder;

    /**
     * A measure of prompts for a model.
     *
     * @param tokenizer null where prompts are token ids
     */
    public PromptMeasure(CausalLm model, Tokenizer tokenizer, LongPromptPolicy onLongPrompt) {
        this.encoder = new PromptEncoder(model, tokenizer, onLongPrompt);
    }

    /**
     * What an engine would answer before it generates: that the prompt is rejected, or that it is ok, without completions.
     *
     * @param told the size of a prompt that is ok
     */
    public PromptResult measure(Prompt prompt, Consumer<PromptSize> told) {
        try {
            PromptSize size = PromptSize.of(encoder.encode(prompt));
            told.accept(size);
            return PromptResult.ok(prompt.id(), size.tokens(), List.of());
        } catch (RejectedPromptException e) {
            return PromptResult.rejected(prompt.id(), e.problem());
        }
    }

    /** A prompt with no more than so many new tokens and drawn sequences; itself where it has no more, or is rejected. */
    public Prompt shortened(Prompt prompt, int newTokens, int sequences) {
        Prompt shorter = prompt;
        if (prompt.config().numBeams() == 1 && prompt.config().numReturnSequences() > sequences) {
            shorter = prompt.withConfig(prompt.config().withNumReturnSequences(sequences));
        }
        try {
            return encoder.encode(prompt).maxNewTokens() <= newTokens
                    ? shorter
                    : shorter.withConfig(shorter.config().withMaxTokens(TokenLimit.ofNewTokens(newTokens)));
        } catch (RejectedPromptException e) {
            return prompt;
        }
    }
}
