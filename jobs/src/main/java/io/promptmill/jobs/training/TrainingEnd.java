package io.promptmill.jobs.training;

import io.promptmill.Problem;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.tracking.Machine;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How the training task ended, on its way to the driver.
 *
 * @param trainer the {@link TrainerState} as JSON
 * @param machineJson the {@link Machine} as JSON
 * @param fault why it went no further; null where all was done
 */
public record TrainingEnd(String trainer, String machineJson, Problem fault) implements Serializable {
    static TrainingEnd of(Trainer.End end, Machine machine) {
        return new TrainingEnd(
                Json.writeCompact(end.state()),
                Json.writeCompact(machine),
                end.problem().orElse(null));
    }

    public TrainerState state() throws IOException {
        return Json.read(trainer.getBytes(StandardCharsets.UTF_8), TrainerState.class);
    }

    /** Where it ran. */
    public Machine machine() throws IOException {
        return Json.read(machineJson.getBytes(StandardCharsets.UTF_8), Machine.class);
    }

    public Optional<Problem> problem() {
        return Optional.ofNullable(fault);
    }
}
