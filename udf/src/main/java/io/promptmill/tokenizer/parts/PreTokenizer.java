package io.promptmill.tokenizer.parts;

/** The second part of a tokenizer: it splits text into words, over whose borders no token reaches. */
public sealed interface PreTokenizer extends TokenizerPart permits ByteLevel {
    /** The field of {@code tokenizer.json} that holds it. */
    String FIELD = "pre_tokenizer";
}
