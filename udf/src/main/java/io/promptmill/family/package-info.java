/**
 * What a model family is to the rest of the house. Start with {@link io.promptmill.family.ModelShape}, the sizes that
 * everything outside a family looks at. May import the root package. Immutable values, safe to use from any thread.
 */
package io.promptmill.family;
