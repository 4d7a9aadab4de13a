package io.promptmill.spark.executor;

import io.promptmill.compile.Precision;
import org.apache.spark.SparkConf;

/** The arithmetic a model shall have ({@code --precision}). */
public enum PrecisionWish {
    /** {@code fp32} on a CPU, where it gives the numbers of transformers; {@code bf16} on a GPU. */
    AUTO,
    FP32,
    BF16,
    INT8;

    /** Spark's key for the GPUs of a task; set where a session assigns any. */
    public static final String TASK_GPUS = "spark.task.resource.gpu.amount";

    /**
     * The precision to compile for, known before any task runs.
     *
     * @param device where models of this session shall run
     * @throws IllegalArgumentException when that device cannot compute so
     */
    public Precision resolve(DeviceWish device, SparkConf conf) {
        boolean gpu = device != DeviceWish.CPU && conf.contains(TASK_GPUS);
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
