package io.promptmill.spark.executor;

import java.util.Optional;
import org.apache.spark.TaskContext;

/** The device of the task that runs on this thread; outside Spark there is no GPU. */
public final class TaskDevice {
    private TaskDevice() {}

    /**
     * {@code cpu}, or {@code gpu:N} with the ordinal that Spark assigned.
     *
     * @throws IllegalStateException when a GPU is requested and Spark assigned none
     */
    public static String of(RequestedDevice requested) {
        TaskContext context = TaskContext.get();
        Optional<String> gpu = context == null
                ? Optional.empty()
                : Optional.ofNullable(context.resourcesJMap().get("gpu")).map(resource -> resource.addresses()[0]);
        return of(requested, gpu);
    }

    static String of(RequestedDevice requested, Optional<String> gpuAddress) {
        if (requested == RequestedDevice.CPU || (requested == RequestedDevice.AUTO && gpuAddress.isEmpty())) {
            return "cpu";
        }
        String address = gpuAddress.orElseThrow(() ->
                new IllegalStateException("The device gpu was asked for, but Spark assigned no GPU to this task: set"
                        + " spark.executor.resource.gpu.amount, spark.task.resource.gpu.amount and"
                        + " spark.executor.resource.gpu.discoveryScript, or ask for the device auto or cpu."));
        if (!address.matches("\\d{1,4}")) {
            throw new IllegalStateException("Spark assigned the GPU address " + address
                    + ", but a device is known by its ordinal: let the discovery script print ordinals such as 0.");
        }
        return "gpu:" + address;
    }
}
