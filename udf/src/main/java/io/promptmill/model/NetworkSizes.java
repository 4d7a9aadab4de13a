package io.promptmill.model;

/** What a loaded network says of itself by its method {@code shape}; {@code bosTokenId} is -1 where there is none. */
record NetworkSizes(int vocabulary, int positions, int bosTokenId) {
    static NetworkSizes of(double[] sizes) {
        return new NetworkSizes((int) sizes[0], (int) sizes[1], (int) sizes[2]);
    }
}
