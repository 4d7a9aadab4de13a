package io.promptmill.jobs.finetune;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.promptmill.jobs.model.JobModel;
import io.promptmill.jobs.output.Fingerprint;
import io.promptmill.jobs.store.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.SortedMap;

/**
 * What a run is about to do: the content of {@code plan.json}, written before the first step and never changed. Immutable.
 *
 * @param id of the run
 * @param started ISO instant
 * @param modelAsked what was asked for as the model to start from
 * @param model the folder that it stood for, or what the hub calls it, with the commit
 * @param fingerprint digest of the fields
 * @param fields all that can change the weights, by name: two runs with equal ones come to the same weights
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record PlannedRun(
        String id,
        String started,
        String modelAsked,
        String model,
        String fingerprint,
        SortedMap<String, String> fields) {
    static final String FILE = "plan.json";

    PlannedRun {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(started, "started");
        Objects.requireNonNull(modelAsked, "model_asked");
        Objects.requireNonNull(model, "model");
        if (!new Fingerprint(fields).digest().equals(fingerprint)) {
            throw new IllegalArgumentException("its fields do not match its fingerprint");
        }
    }

    static PlannedRun of(String id, String started, JobModel model, Fingerprint fields) {
        return new PlannedRun(id, started, model.asked(), model.location(), fields.digest(), fields.fields());
    }

    /** Reads a plan from any bytes: a whole one, or an {@link IOException}. */
    static PlannedRun parse(byte[] json) throws IOException {
        return Json.read(json, PlannedRun.class);
    }

    byte[] json() {
        return Json.write(this).getBytes(StandardCharsets.UTF_8);
    }

    /** Its fields, to compare. */
    Fingerprint compared() {
        return new Fingerprint(fields);
    }
}
