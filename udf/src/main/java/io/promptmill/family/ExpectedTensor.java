package io.promptmill.family;

import java.util.List;

/**
 * A tensor that a model's weights have to hold. Immutable.
 *
 * @param name without the prefix of the body, e.g. {@code h.0.attn.c_attn.weight}
 * @param shape sizes, outermost first
 * @param kind what its dimensions stand for
 */
public record ExpectedTensor(String name, List<Long> shape, Kind kind) {
    /** What the dimensions of a tensor stand for. */
    public enum Kind {
        /** A row for each token or position: {@code [rows, width]}. */
        EMBEDDINGS,
        /** The matrix of a linear layer as transformers' {@code Conv1D} stores it: {@code [in, out]}. */
        LINEAR_IN_OUT,
        /** The matrix of a linear layer as PyTorch's {@code Linear} stores it: {@code [out, in]}. */
        LINEAR_OUT_IN,
        /** A bias or the weights of a norm: {@code [width]}. */
        VECTOR;

        /** Whether it is the matrix of a linear layer. */
        public boolean isLinear() {
            return this == LINEAR_IN_OUT || this == LINEAR_OUT_IN;
        }
    }

    /** Copies the shape. */
    public ExpectedTensor {
        shape = List.copyOf(shape);
    }

    /** A table with a row for each token or position. */
    public static ExpectedTensor embeddings(String name, int rows, int width) {
        return new ExpectedTensor(name, List.of((long) rows, (long) width), Kind.EMBEDDINGS);
    }

    /** The matrix of a linear layer, stored {@code [in, out]}. */
    public static ExpectedTensor linearInOut(String name, int in, int out) {
        return new ExpectedTensor(name, List.of((long) in, (long) out), Kind.LINEAR_IN_OUT);
    }

    /** The matrix of a linear layer, stored {@code [out, in]}. */
    public static ExpectedTensor linearOutIn(String name, int in, int out) {
        return new ExpectedTensor(name, List.of((long) out, (long) in), Kind.LINEAR_OUT_IN);
    }

    /** A bias or the weights of a norm. */
    public static ExpectedTensor vector(String name, int width) {
        return new ExpectedTensor(name, List.of((long) width), Kind.VECTOR);
    }
}
