package io.promptmill.spark.executor;

import io.promptmill.compile.Precision;
import org.apache.spark.SparkConf;

/** The precision that is asked for ({@code --precision}), before it is known where the model runs. */
public enum RequestedPrecision {
    /** {@code fp32} on a CPU, where it gives the numbers of transformers; {@code bf16} on a GPU. */
    AUTO,
    /** Single precision. */
    FP32,
    /** bfloat16. */
    BF16,
    /** Whole numbers of 8 bits, on CPUs only. */
    INT8;

    /** Spark's key for the GPUs of a task; set where a session assigns any. */
    public static final String TASK_GPUS = "spark.task.resource.gpu.amount";

    /**
     * The precision to compile for, known before any task runs.
     *
     * @param device where models of this session are to run
     * @throws IllegalArgumentException when that device cannot compute so
     */
    public Precision resolve(RequestedDevice device, SparkConf conf) {
        boolean gpu = device != RequestedDevice.CPU && conf.contains(TASK_GPUS);
        if (gpu && this == INT8) {
            throw new IllegalArgumentException(
                    "int8 is built for CPUs only, and this session assigns GPUs: use bf16, or the device cpu");
        }
        return switch (this) {
            case AUTO -> gpu ? Precision.BF16 : Precision.FP32;
            case FP32 -> Precision.FP32;
            case BF16 -> Precision.BF16;
            case INT8 -> Precision.INT8;
        };
    }
}
