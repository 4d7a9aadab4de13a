package io.promptmill.tokenizer.parts;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** A part of a tokenizer: a checked, immutable value that writes itself in one fixed form. */
public sealed interface TokenizerPart permits Normalizer, PreTokenizer, TokenizerModel, PostProcessor, Decoder {
    /** Writes what the part's field in {@code tokenizer.json} holds; equal parts write equal texts. */
    void write(JsonGenerator json) throws IOException;
}
