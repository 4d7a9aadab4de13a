package io.promptmill.model;

/** The sizes of a network, as its method {@code shape} gives them; {@code bosTokenId} is -1 where there is none. */
record ModelShape(int vocabulary, int positions, int bosTokenId) {
    static ModelShape of(double[] sizes) {
        return new ModelShape((int) sizes[0], (int) sizes[1], (int) sizes[2]);
    }
}
