package io.promptmill.spark.executor;

/** The device on which models are to run ({@code --device}). */
public enum RequestedDevice {
    /** On the GPU that Spark assigned to the task, or on the CPU where it assigned none. */
    AUTO,
    /** On the CPU. */
    CPU,
    /** On the GPU that Spark assigned to the task; without one the task fails. */
    GPU
}
