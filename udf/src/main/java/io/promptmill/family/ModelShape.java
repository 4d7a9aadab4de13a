package io.promptmill.family;

/**
 * The sizes of a causal language model, whatever its family: what plans of memory, limits of prompts and benchmarks look
 * at. Names in brackets are those of most families in config.json. Immutable.
 *
 * @param layers blocks, each of attention and an MLP ({@code num_hidden_layers})
 * @param width of the hidden states ({@code hidden_size})
 * @param attention of each layer
 * @param mlp of each layer
 * @param vocabulary token ids are below this ({@code vocab_size})
 * @param positions prompt and new tokens together are at most this many ({@code max_position_embeddings})
 * @param bosTokenId an empty prompt starts from it ({@code bos_token_id}); null where the model has none
 */
public record ModelShape(
        int layers, int width, Attention attention, Mlp mlp, int vocabulary, int positions, Integer bosTokenId) {
    /** No model comes near it, and products of three such sizes fit 64 bits. */
    public static final int MAX_SIZE = 1 << 20;

    /** The number of layers is at most this. */
    public static final int MAX_LAYERS = 1 << 10;

    /** Checks ranges. */
    public ModelShape {
        requireSize("num_hidden_layers", layers, MAX_LAYERS);
        requireSize("hidden_size", width, MAX_SIZE);
        requireSize("vocab_size", vocabulary, MAX_SIZE);
        requireSize("max_position_embeddings", positions, MAX_SIZE);
        require(
                bosTokenId == null || (bosTokenId >= 0 && bosTokenId < vocabulary),
                "bos_token_id must be from 0 to vocab_size - 1 but is " + bosTokenId);
    }

    /**
     * The heads of a layer's attention.
     *
     * @param heads of the queries ({@code num_attention_heads}), a multiple of {@code keyValueHeads}
     * @param keyValueHeads of keys and values, each for as many neighbouring heads of queries
     *     ({@code num_key_value_heads})
     * @param headWidth numbers of a head ({@code head_dim})
     */
    public record Attention(int heads, int keyValueHeads, int headWidth) {
        /** Checks ranges. */
        public Attention {
            requireSize("num_attention_heads", heads, MAX_SIZE);
            requireSize("num_key_value_heads", keyValueHeads, heads);
            requireSize("head_dim", headWidth, MAX_SIZE / heads);
            require(
                    heads % keyValueHeads == 0,
                    "num_key_value_heads " + keyValueHeads + " does not divide num_attention_heads " + heads);
        }
    }

    /**
     * The feed-forward part of a layer.
     *
     * @param inner width between its matrices ({@code intermediate_size})
     * @param matrices of {@code width * inner} numbers: 2, or 3 where it is gated
     */
    public record Mlp(int inner, int matrices) {
        /** Checks ranges. */
        public Mlp {
            requireSize("intermediate_size", inner, MAX_SIZE);
            require(matrices == 2 || matrices == 3, "an MLP has 2 or 3 matrices but not " + matrices);
        }
    }

    /** Numbers in the matrices of all layers; embeddings and head are not among them. */
    public long linearWeights() {
        long heads = 2L * attention.heads() + 2L * attention.keyValueHeads();
        return layers * (width * heads * attention.headWidth() + (long) mlp.matrices() * width * mlp.inner());
    }

    /** Numbers that a token leaves in the cache: its keys and values in all layers. */
    public long cachedNumbers() {
        return 2L * layers * attention.keyValueHeads() * attention.headWidth();
    }

    /**
     * This shape with other embeddings.
     *
     * @throws IllegalArgumentException when there are none, too many, or none for the begin token
     */
    public ModelShape withVocabulary(int tokens) {
        return new ModelShape(layers, width, attention, mlp, tokens, positions, bosTokenId);
    }

    private static void requireSize(String name, int size, int most) {
        require(size >= 1 && size <= most, name + " must be from 1 to " + most + " but is " + size);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
