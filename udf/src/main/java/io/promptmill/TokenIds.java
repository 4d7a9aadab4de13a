package io.promptmill;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/** An immutable sequence of token ids; compact where a {@code List<Integer>} would not be. */
public final class TokenIds implements Serializable {
    private static final TokenIds EMPTY = new TokenIds(new int[0]);

    private final int[] ids;

    private TokenIds(int[] ids) {
        this.ids = ids;
    }

    /** The given ids, copied. */
    public static TokenIds of(int... ids) {
        return ids.length == 0 ? EMPTY : new TokenIds(ids.clone());
    }

    public int size() {
        return ids.length;
    }

    public boolean isEmpty() {
        return ids.length == 0;
    }

    /** The id at {@code position}, counted from 0. */
    public int at(int position) {
        return ids[position];
    }

    /** These ids followed by {@code others}. */
    public TokenIds concat(TokenIds others) {
        int[] joined = Arrays.copyOf(ids, ids.length + others.ids.length);
        System.arraycopy(others.ids, 0, joined, ids.length, others.ids.length);
        return new TokenIds(joined);
    }

    /** The ids from {@code from} (included) to {@code to} (excluded). */
    public TokenIds slice(int from, int to) {
        Objects.checkFromToIndex(from, to, ids.length); // copyOfRange would add zeros
        return new TokenIds(Arrays.copyOfRange(ids, from, to));
    }

    public IntStream stream() {
        return Arrays.stream(ids);
    }

    /** A fresh array of the ids. */
    public int[] toArray() {
        return ids.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenIds that && Arrays.equals(ids, that.ids);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return Arrays.toString(ids);
    }
}
