package io.promptmill.spark;

import io.promptmill.spark.plugin.DriverSide;
import io.promptmill.spark.plugin.ExecutorSide;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * A plugin of Spark ({@code spark.plugins=io.promptmill.spark.PromptmillPlugin}): executors load the model of
 * {@code spark.promptmill.model} when they start, and their figures are gauges of the driver, in Spark's own metric
 * system.
 */
public final class PromptmillPlugin implements SparkPlugin {
    @Override
    public DriverPlugin driverPlugin() {
        return new DriverSide();
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new ExecutorSide();
    }
}
