/**
 * The two sides of {@link io.promptmill.spark.PromptmillPlugin}. Each executor asks the driver for the model, loads it, and
 * sends its figures; the driver compiles the model in the background and shows the figures as gauges.
 */
package io.promptmill.spark.plugin;
