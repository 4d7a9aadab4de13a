package io.promptmill.family;

import java.io.Serializable;

/**
 * The shares of numbers that training sets to zero, by the places where transformers' GPT-2 does it. Immutable.
 *
 * @param embd of the sum of the embeddings ({@code embd_pdrop})
 * @param resid of what attention and MLP add to the hidden states ({@code resid_pdrop})
 * @param attn of the attention's weights ({@code attn_pdrop})
 */
public record Dropout(double embd, double resid, double attn) implements Serializable {
    /** No number is dropped. */
    public static final Dropout NONE = everywhere(0);

    /** Checks ranges. */
    public Dropout {
        require("embd_pdrop", embd);
        require("resid_pdrop", resid);
        require("attn_pdrop", attn);
    }

    /** The same share at all places. */
    public static Dropout everywhere(double share) {
        return new Dropout(share, share, share);
    }

    /** The same but for the attention's weights. */
    public Dropout withAttn(double share) {
        return new Dropout(embd, resid, share);
    }

    /** As {@code config.json} names the places, or one number where it is the same at all of them. */
    @Override
    public String toString() {
        return equals(everywhere(embd))
                ? String.valueOf(embd)
                : "embd_pdrop " + embd + ", resid_pdrop " + resid + ", attn_pdrop " + attn;
    }

    private static void require(String name, double share) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException(name + " must be from 0 and below 1 but is " + share);
        }
    }
}
