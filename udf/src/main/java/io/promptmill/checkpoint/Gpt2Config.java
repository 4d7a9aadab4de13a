package io.promptmill.checkpoint;

/** The fields of a GPT-2 {@code config.json} that change the numbers. */
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
        Integer bosTokenId) {}
