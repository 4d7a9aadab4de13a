package io.promptmill.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.promptmill.Surrogates;
import io.promptmill.TokenIds;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Text to token ids and back. Thread-safe: the native tokenizer only reads, but for a cache of words under its own
 * lock. Whoever created it closes it, once no thread uses it any more.
 */
public final class Tokenizer implements AutoCloseable {
    // DJL's own defaults cut text after 512 tokens and add special tokens.
    private static final Map<String, String> OPTIONS =
            Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

    private final HuggingFaceTokenizer tokenizer;
    private final TokenBytes bytes;

    /** A tokenizer in native memory, made of a definition. */
    public Tokenizer(TokenizerDefinition definition) {
        byte[] json = definition.canonicalJson().getBytes(StandardCharsets.UTF_8);
        bytes = definition.bytes();
        try {
            tokenizer = HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS);
        } catch (IOException e) {
            throw new UncheckedIOException("Reading from memory failed", e);
        }
    }

    /**
     * The ids of a text, without added special tokens, never truncated. A special token written out in the text, such
     * as {@code <|endoftext|>}, becomes its id, as in transformers.
     *
     * @throws IllegalArgumentException when the text holds a lone surrogate: it is no Unicode text and would be changed
     *     silently
     */
    public TokenIds encode(String text) {
        int lone = Surrogates.firstLone(text);
        if (lone >= 0) {
            throw new IllegalArgumentException(String.format(
                    "The text holds the lone surrogate U+%04X at index %d, which is no Unicode text:"
                            + " replace it before tokenizing",
                    (int) text.charAt(lone), lone));
        }
        long[] ids = tokenizer.encode(text).getIds();
        int[] narrow = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            narrow[i] = Math.toIntExact(ids[i]);
        }
        return TokenIds.of(narrow);
    }

    /**
     * The text of the ids. Special tokens and ids the tokenizer does not have are skipped, spaces are not cleaned up,
     * bytes that are no UTF-8 become U+FFFD.
     */
    public String decode(TokenIds ids) {
        return tokenizer.decode(ids.stream().asLongStream().toArray(), true);
    }

    /** The text of generated ids as far as it comes before a stop string that was found in them. */
    public String decodeBefore(StopMatch match, TokenIds generated) {
        Utf8Stream text = new Utf8Stream();
        long left = match.position();
        for (int i = 0; i < generated.size() && left > 0; i++) {
            byte[] token = bytes.of(generated.at(i));
            if (!bytes.isSpecial(generated.at(i))) {
                text.append(left < token.length ? Arrays.copyOf(token, (int) left) : token);
            }
            left -= token.length;
        }
        return text.ended();
    }

    /** The bytes of a token, special or not; none where the tokenizer does not have it. */
    byte[] bytes(int tokenId) {
        return bytes.of(tokenId);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
