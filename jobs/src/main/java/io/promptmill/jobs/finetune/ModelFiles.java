package io.promptmill.jobs.finetune;

import java.util.Map;
import java.util.TreeMap;

/** What the folder of a version holds, and the settings by which texts are generated from it. */
final class ModelFiles {
    /** Stands between texts, and in front of a prompt. */
    static final String SEPARATOR = "<|endoftext|>";

    private static final int MIN_LENGTH = 10;
    private static final int MAX_LENGTH = 160;

    private ModelFiles() {}

    /**
     * The settings that the models of this kind were first published with.
     *
     * @param positions of the model
     * @param prefix in front of every prompt; empty for none
     */
    static Map<String, Object> textGeneration(int positions, String prefix) {
        Map<String, Object> settings = new TreeMap<>();
        settings.put("do_sample", true);
        settings.put("min_length", MIN_LENGTH);
        settings.put(
                "max_length", Math.max(MIN_LENGTH, Math.min(MAX_LENGTH, positions - 1))); // the separator counts, too
        settings.put("temperature", 1.0);
        settings.put("top_p", 0.95);
        settings.put("top_k", 50);
        if (!prefix.isEmpty()) {
            settings.put("prefix", prefix);
        }
        return settings;
    }
}
