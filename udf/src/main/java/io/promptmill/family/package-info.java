/**
 * What a model family is to the rest of the house. {@link io.promptmill.family.ModelFamilies} finds the {@link
 * io.promptmill.family.ModelFamily} of a config.json, which reads it to a {@link io.promptmill.family.ModelConfig}: the
 * sizes that everything outside a family looks at, and a table of the tensors that the weights have to hold. The families
 * themselves are packages below this one. Immutable but for the reading of one file, safe to use from any thread.
 */
package io.promptmill.family;
