package io.promptmill.tokenizer.parts;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** The fourth part of a tokenizer: it puts special tokens around those of a text. */
public sealed interface PostProcessor extends TokenizerPart {
    /** The field of {@code tokenizer.json} that holds it. */
    String FIELD = "post_processor";

    /** Leaves the tokens of a text as they are. */
    record None() implements PostProcessor {
        @Override
        public void write(JsonGenerator json) throws IOException {
            json.writeNull();
        }
    }
}
