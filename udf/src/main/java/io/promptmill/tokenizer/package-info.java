/**
 * Text to token ids and back, over the native Hugging Face tokenizers that DJL brings, and the search for stop strings.
 * Start with {@link io.promptmill.tokenizer.TokenizerDefinition}: it reads a checkpoint's files ({@code folder}), checks
 * them part by part and writes them anew ({@code parts}), and only that text reaches the native library, in {@link
 * io.promptmill.tokenizer.Tokenizer}. Byte-level BPE, the tokenizer of GPT-2, is the only kind so far.
 *
 * <p>Imports {@code tokenizer.folder}, {@code tokenizer.parts}, {@code files}, the root package and DJL's tokenizers.
 * Definitions are immutable, tokenizers thread-safe; a {@link io.promptmill.tokenizer.StopStrings} belongs to one sequence
 * and one thread.
 */
package io.promptmill.tokenizer;
