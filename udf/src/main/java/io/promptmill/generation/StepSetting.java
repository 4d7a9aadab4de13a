package io.promptmill.generation;

import io.promptmill.GenerationConfig;
import java.util.List;

/**
 * The settings by which the network chooses a row's next token, in the order of the columns of {@link
 * StepBatch#settings()}. The network's text calls a column by the constant's name.
 */
public enum StepSetting {
    DO_SAMPLE,
    TEMPERATURE,
    TOP_K,
    TOP_P,
    MIN_P,
    TYPICAL_P,
    REPETITION_PENALTY;

    static final List<StepSetting> ALL = List.of(values());

    double of(GenerationConfig config) {
        return switch (this) {
            case DO_SAMPLE -> config.doSample() ? 1 : 0;
            case TEMPERATURE -> config.temperature();
            case TOP_K -> config.topK();
            case TOP_P -> config.topP();
            case MIN_P -> config.minP();
            case TYPICAL_P -> config.typicalP();
            case REPETITION_PENALTY -> config.repetitionPenalty();
        };
    }
}
