package io.promptmill.spark.executor;

/** Where models shall run ({@code --device}). */
public enum DeviceWish {
    /** On the GPU that Spark assigned to the task, or on the CPU where it assigned none. */
    AUTO,
    /** On the CPU. */
    CPU,
    /** On the GPU that Spark assigned to the task; without one the task fails. */
    GPU
}
