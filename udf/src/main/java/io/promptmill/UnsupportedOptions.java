package io.promptmill;

import java.util.Map;

/** Generation settings of transformers that are not supported and may be there with the value that is their absence. */
public final class UnsupportedOptions {
    /** That value by the setting's key: an {@code Integer} or a {@code Boolean}. */
    public static final Map<String, Object> OFF = Map.ofEntries(
            Map.entry("diversity_penalty", 0),
            Map.entry("encoder_no_repeat_ngram_size", 0),
            Map.entry("encoder_repetition_penalty", 1),
            Map.entry("epsilon_cutoff", 0),
            Map.entry("eta_cutoff", 0),
            Map.entry("guidance_scale", 1),
            Map.entry("num_beam_groups", 1),
            Map.entry("penalty_alpha", 0),
            Map.entry("remove_invalid_values", false),
            Map.entry("renormalize_logits", false),
            Map.entry("token_healing", false));

    private UnsupportedOptions() {}
}
