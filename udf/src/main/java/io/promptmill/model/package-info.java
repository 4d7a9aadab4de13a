/**
 * The network on a device: a compiled model loaded by DJL, and the tensors of its cache. Start with {@link
 * io.promptmill.model.LoadedModel}. May import {@code generation}, {@code compile} and DJL. A loaded model is shared by
 * all threads; what it makes for an engine belongs to that engine's thread.
 */
package io.promptmill.model;
