package io.promptmill.spark.executor;

import io.promptmill.GenerationOptions;
import io.promptmill.generation.EngineSettings;
import io.promptmill.spark.rows.LoggedText;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * What holds for all rows of a run. Immutable.
 *
 * @param sources generation settings of the sources below the row, highest precedence first
 * @param engine slots, seed and the like
 * @param device where the model is to run
 * @param loggedText what the log tells of the prompts of rejected and failed rows
 */
public record PredictionSettings(
        List<GenerationOptions> sources, EngineSettings engine, RequestedDevice device, LoggedText loggedText)
        implements Serializable {
    public PredictionSettings {
        sources = List.copyOf(sources);
        Objects.requireNonNull(engine, "engine");
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(loggedText, "loggedText");
    }

    /** These settings with another number of slots. */
    PredictionSettings withSlots(int slots) {
        return new PredictionSettings(sources, engine.withSlots(slots), device, loggedText);
    }
}
