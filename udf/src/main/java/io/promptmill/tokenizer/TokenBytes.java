package io.promptmill.tokenizer;

import io.promptmill.tokenizer.parts.AddedToken;
import io.promptmill.tokenizer.parts.CheckedTokenizer;
import io.promptmill.tokenizer.parts.Decoder;
import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The bytes that each token stands for. They lie one behind the other, so that a vocabulary travels as two arrays and an
 * executor need not parse its tokenizer. Immutable.
 */
final class TokenBytes implements Serializable {
    private static final long serialVersionUID = 2;
    private static final byte[] NO_BYTES = {};

    private final byte[] bytes;
    /** Where the bytes of each token end, by id. */
    private final int[] ends;

    private final BitSet special = new BitSet();

    /** Those of a tokenizer's vocabulary and added tokens. */
    TokenBytes(CheckedTokenizer tokenizer) {
        Decoder decoder = tokenizer.pipeline().decoder();
        byte[][] ofToken = new byte[tokenizer.size()][];
        Arrays.fill(ofToken, NO_BYTES);
        tokenizer.pipeline().model().vocabulary().tokens().forEach((id, token) -> ofToken[id] = decoder.bytes(token));
        for (AddedToken token : tokenizer.addedTokens()) {
            ofToken[token.id()] = decoder.bytes(token.content());
            special.set(token.id(), token.special());
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ends = new int[ofToken.length];
        for (int id = 0; id < ofToken.length; id++) {
            all.writeBytes(ofToken[id]);
            ends[id] = all.size();
        }
        bytes = all.toByteArray();
    }

    /** The bytes of a token, none where the tokenizer does not have it. */
    byte[] of(int id) {
        if (id < 0 || id >= ends.length) {
            return NO_BYTES;
        }
        return Arrays.copyOfRange(bytes, id == 0 ? 0 : ends[id - 1], ends[id]);
    }

    /** Whether a token is left out of decoded text. */
    boolean isSpecial(int id) {
        return id >= 0 && special.get(id);
    }
}
