package io.promptmill.spark.executor;

import io.promptmill.spark.shipping.ModelBroadcast;
import java.util.List;
import java.util.Optional;

/** Loads a model before any task needs it, so that the first one finds it. Stateless. */
public final class EarlyModel {
    private EarlyModel() {}

    /**
     * Loads it where it is not loaded yet; tasks that come meanwhile wait for it. It stays until another model needs the
     * room.
     *
     * @param requested where it is to run
     * @param gpus addresses of the GPUs that this executor's tasks are assigned; it is loaded on each
     */
    public static void load(ModelBroadcast model, RequestedDevice requested, List<String> gpus) {
        if (gpus.isEmpty()) {
            load(model, TaskDevice.of(requested, Optional.empty()));
        }
        gpus.stream()
                .map(gpu -> TaskDevice.of(requested, Optional.of(gpu)))
                .distinct()
                .forEach(device -> load(model, device));
    }

    private static void load(ModelBroadcast model, String device) {
        ExecutorModels.acquire(model, device).close();
    }
}
