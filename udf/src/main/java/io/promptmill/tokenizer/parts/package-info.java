/**
 * {@code tokenizer.json} in its parts, read, checked and written anew. {@link
 * io.promptmill.tokenizer.parts.TokenizerJsonReader} has a reader for each part and gives a {@link
 * io.promptmill.tokenizer.parts.TokenizerPipeline}; with the added tokens of all files that is a {@link
 * io.promptmill.tokenizer.parts.CheckedTokenizer}, which {@link io.promptmill.tokenizer.parts.TokenizerJsonWriter} writes
 * in one fixed form.
 *
 * <p>A kind of normalizer, pre-tokenizer, model, post-processor or decoder is a variant of the sealed type of that name.
 * Imports the root package, {@code files} and Jackson. Values are immutable, readers single-threaded.
 */
package io.promptmill.tokenizer.parts;
