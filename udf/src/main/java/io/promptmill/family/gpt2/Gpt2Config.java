package io.promptmill.family.gpt2;

import io.promptmill.family.Activation;
import io.promptmill.family.ModelConfig;
import io.promptmill.family.ModelFamily;
import io.promptmill.family.ModelShape;
import io.promptmill.family.TensorTable;
import io.promptmill.files.InvalidCheckpointException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The fields of a GPT-2's {@code config.json} that change the numbers, ranges checked. Immutable.
 *
 * @param vocabSize token ids are below this
 * @param nPositions prompt and new tokens together are at most this many
 * @param nEmbd width of the hidden states, a multiple of {@code nHead}
 * @param nLayer number of blocks
 * @param nHead attention heads of each block
 * @param nInner width between the two layers of a block's MLP
 * @param activationFunction of the MLP: the name of an {@link Activation}; its other names are taken and replaced
 * @param layerNormEpsilon added to the variance
 * @param scaleAttnWeights divide attention scores by the square root of the head's width
 * @param scaleAttnByInverseLayerIdx divide them by the block's number too, counted from 1
 * @param tieWordEmbeddings the logits' head is {@code wte.weight} where the weights hold no other
 * @param bosTokenId an empty prompt starts from it; null where the model has none
 */
public record Gpt2Config(
        int vocabSize,
        int nPositions,
        int nEmbd,
        int nLayer,
        int nHead,
        int nInner,
        String activationFunction,
        double layerNormEpsilon,
        boolean scaleAttnWeights,
        boolean scaleAttnByInverseLayerIdx,
        boolean tieWordEmbeddings,
        Integer bosTokenId)
        implements ModelConfig {
    /** Checks ranges. */
    public Gpt2Config {
        requireSize("vocab_size", vocabSize, ModelShape.MAX_SIZE);
        requireSize("n_positions", nPositions, ModelShape.MAX_SIZE);
        requireSize("n_embd", nEmbd, ModelShape.MAX_SIZE);
        requireSize("n_layer", nLayer, ModelShape.MAX_LAYERS);
        requireSize("n_head", nHead, ModelShape.MAX_SIZE);
        requireSize("n_inner", nInner, ModelShape.MAX_SIZE);
        require(nEmbd % nHead == 0, "n_head " + nHead + " does not divide n_embd " + nEmbd);
        require(
                layerNormEpsilon > 0 && layerNormEpsilon <= 1,
                "layer_norm_epsilon must be greater than 0 and at most 1 but is " + layerNormEpsilon);
        require(
                bosTokenId == null || (bosTokenId >= 0 && bosTokenId < vocabSize),
                "bos_token_id must be from 0 to vocab_size - 1 but is " + bosTokenId);
        Optional<Activation> activation = Activation.of(activationFunction);
        require(
                activation.isPresent(),
                "activation_function " + InvalidCheckpointException.quote(activationFunction) + " is none of "
                        + Activation.names());
        activationFunction = activation.get().toString();
    }

    @Override
    public ModelFamily family() {
        return new Gpt2Family();
    }

    @Override
    public TensorTable tensors() {
        return Gpt2Tensors.of(this);
    }

    @Override
    public ModelShape shape() {
        return new ModelShape(
                nLayer,
                nEmbd,
                new ModelShape.Attention(nHead, nHead, nEmbd / nHead),
                new ModelShape.Mlp(nInner, 2),
                vocabSize,
                nPositions,
                bosTokenId);
    }

    @Override
    public Map<String, Object> constants() {
        return Map.of(
                "attention_scale",
                IntStream.range(0, nLayer).mapToObj(this::attentionScale).toList(),
                "layer_norm_epsilon",
                layerNormEpsilon,
                "activation_function",
                activationFunction);
    }

    /** What queries times keys is multiplied by. */
    private double attentionScale(int layer) {
        double scale = scaleAttnWeights ? 1 / Math.sqrt((double) nEmbd / nHead) : 1;
        return scaleAttnByInverseLayerIdx ? scale / (layer + 1) : scale;
    }

    private static void requireSize(String field, int size, int most) {
        require(size >= 1 && size <= most, field + " must be from 1 to " + most + " but is " + size);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
