package io.promptmill.jobs.model;

import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.spark.executor.RequestedDevice;
import io.promptmill.spark.executor.RequestedPrecision;
import org.apache.spark.SparkConf;

/** Whether a run has the device that is asked for, known before any task runs. */
public final class DeviceCheck {
    private DeviceCheck() {}

    /** Refuses a device that Spark does not give. */
    public static void check(RequestedDevice device, SparkConf conf) throws RefusalException {
        if (device == RequestedDevice.GPU && !hasGpus(conf)) {
            throw RefusalException.usage(
                    "gpu_not_assigned",
                    "--device gpu is given and Spark assigns no GPU to tasks",
                    RequestedPrecision.TASK_GPUS + " is not set",
                    "set it together with spark.executor.resource.gpu.amount and the discovery script, or use --device"
                            + " auto");
        }
    }

    /** Whether tasks will run on a GPU. */
    public static boolean isGpu(RequestedDevice device, SparkConf conf) {
        return device != RequestedDevice.CPU && hasGpus(conf);
    }

    private static boolean hasGpus(SparkConf conf) {
        return conf.contains(RequestedPrecision.TASK_GPUS);
    }
}
