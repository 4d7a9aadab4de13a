package io.promptmill.jobs.tracking;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Objects;

/**
 * What a run runs on. No name of a host is in it: the record is published with the model.
 *
 * @param cpu the processor's model, or what libtorch calls its capability
 * @param cores that the machine has
 * @param threads that the training uses
 * @param device {@code cpu}, {@code cuda:0} …
 * @param memoryBytes of the machine; null where it is not known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Machine(String cpu, int cores, int threads, String device, Long memoryBytes) {
    public Machine {
        Objects.requireNonNull(cpu, "cpu");
        Objects.requireNonNull(device, "device");
        if (cores < 1 || threads < 1) {
            throw new IllegalArgumentException(cores + " cores and " + threads + " threads");
        }
    }
}
