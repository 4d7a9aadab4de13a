package io.promptmill;

import java.util.Locale;

/**
 * When beam search stops looking for better sequences ({@code early_stopping} of transformers). {@code num_beams}
 * finished sequences are always needed first.
 */
public enum EarlyStopping {
    /** Stop when it is unlikely that a better one is found, judged at the present length. */
    FALSE,
    /** Stop as soon as {@code num_beams} sequences are finished. */
    TRUE,
    /** Stop only when no better one can be found at any length. */
    NEVER;

    /** The setting as transformers spells it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
