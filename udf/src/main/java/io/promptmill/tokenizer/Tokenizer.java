package io.promptmill.tokenizer;

import io.promptmill.TokenIds;

/** Text to token ids and back. Thread-safe; whoever created it closes it. */
public final class Tokenizer implements AutoCloseable {
    public Tokenizer(TokenizerDefinition definition) {
        throw new UnsupportedOperationException(definition.canonicalJson());
    }

    /** The ids of a text, without added special tokens, never truncated. */
    public TokenIds encode(String text) {
        throw new UnsupportedOperationException(text);
    }

    /** The text of the ids; special tokens are skipped, spaces are not cleaned up. */
    public String decode(TokenIds ids) {
        throw new UnsupportedOperationException(ids.toString());
    }

    @Override
    public void close() {}
}
