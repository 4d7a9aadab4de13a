package io.promptmill.tokenizer.parts;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** The first part of a tokenizer: it changes text before that is split into words. */
public sealed interface Normalizer extends TokenizerPart {
    /** The field of {@code tokenizer.json} that holds it. */
    String FIELD = "normalizer";

    /** Leaves text as it is. */
    record None() implements Normalizer {
        @Override
        public void write(JsonGenerator json) throws IOException {
            json.writeNull();
        }
    }
}
