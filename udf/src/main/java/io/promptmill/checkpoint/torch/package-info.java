/**
 * What {@code torch.save} writes, read as data. {@link io.promptmill.checkpoint.torch.TorchPickleFile} finds a pickle in
 * a zip or at the front of the older stream, and makes stored tensors of it; nothing in the pickle is looked up, called
 * or run.
 */
package io.promptmill.checkpoint.torch;
