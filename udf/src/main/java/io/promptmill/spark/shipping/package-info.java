/**
 * The way of a model from its folder on any file system to the executors. A folder is brought to the driver ({@link
 * io.promptmill.spark.shipping.RemoteCheckpoint}), compiled, and its archive travels in many small broadcasts ({@link
 * io.promptmill.spark.shipping.ModelBroadcast}); each executor writes them to a file of its own.
 */
package io.promptmill.spark.shipping;
