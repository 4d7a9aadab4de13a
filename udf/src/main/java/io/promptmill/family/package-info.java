/**
 * What a model family is to the rest of the house. {@link io.promptmill.family.ModelFamilies} finds the {@link
 * io.promptmill.family.ModelFamily} of a config.json, which reads it to a {@link io.promptmill.family.ModelConfig}: the
 * sizes that everything outside a family looks at, a table of the tensors that the weights have to hold, and what is the
 * family's own in the network's text. The families themselves are packages below this one. All of it is immutable and
 * thread-safe but {@link io.promptmill.family.ConfigFields}, by which one file is read.
 */
package io.promptmill.family;
