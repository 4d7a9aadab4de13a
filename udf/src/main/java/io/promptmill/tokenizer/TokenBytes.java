package io.promptmill.tokenizer;

import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.util.Arrays;

/**
 * The bytes that each token adds to decoded text. They lie one behind the other, so that a vocabulary travels as two
 * arrays and an executor need not parse its tokenizer. Immutable.
 */
final class TokenBytes implements Serializable {
    private static final long serialVersionUID = 1;
    private static final byte[] NO_BYTES = {};

    private final byte[] bytes;
    /** Where the bytes of each token end, by id. */
    private final int[] ends;

    /** Those of a tokenizer's vocabulary and added tokens; special tokens add none. */
    TokenBytes(ByteLevelBpe tokenizer) {
        byte[][] ofToken = new byte[tokenizer.size()][];
        for (int id = 0; id < tokenizer.vocabulary().size(); id++) {
            ofToken[id] = ByteAlphabet.bytes(tokenizer.vocabulary().get(id));
        }
        for (AddedToken token : tokenizer.addedTokens()) {
            ofToken[token.id()] = token.special() ? NO_BYTES : ByteAlphabet.bytes(token.content());
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
}
