package io.promptmill.tokenizer.parts;

/** The last part of a tokenizer: it makes text of tokens. */
public sealed interface Decoder extends TokenizerPart permits ByteLevel {
    /** The field of {@code tokenizer.json} that holds it. */
    String FIELD = "decoder";

    /** The UTF-8 bytes of text that a token stands for; a character may be split over several tokens. */
    byte[] bytes(String token);
}
