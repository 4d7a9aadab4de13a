/**
 * The files of a checkpoint folder that make up its tokenizer. {@link io.promptmill.tokenizer.folder.TokenizerFolder} takes
 * {@code tokenizer.json}, or else {@code vocab.json} and {@code merges.txt}, adds the special tokens that the files beside
 * them name, and gives the tokenizer that transformers makes of all these.
 *
 * <p>Imports {@code tokenizer.parts}, {@code files} and Jackson. Single-threaded.
 */
package io.promptmill.tokenizer.folder;
