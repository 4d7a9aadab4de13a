package io.promptmill.spark.rows;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * How long texts were, in tokens, counted in buckets: lengths below {@value #EXACT} have one each, and from there on each
 * power of two has {@value #PARTS}, so that counts of any texts can be added up in little room. Immutable.
 *
 * @param tokens of all texts together
 * @param longest tokens of the longest text
 * @param buckets texts by {@link #bucket}, up to the last that has any
 */
public record TokenLengths(long tokens, int longest, List<Long> buckets) implements Serializable {
    private static final int PARTS = 16;
    private static final int EXACT = 2 * PARTS;

    /** More than the longest text there can be has. */
    private static final int MOST_BUCKETS = bucket(Integer.MAX_VALUE) + 1;

    /** No texts. */
    public static final TokenLengths NONE = new TokenLengths(0, 0, List.of());

    public TokenLengths {
        buckets = List.copyOf(buckets);
        if (tokens < 0
                || longest < 0
                || buckets.size() > MOST_BUCKETS
                || buckets.stream().anyMatch(n -> n < 0)) {
            throw new IllegalArgumentException("lengths must be counts of texts");
        }
    }

    /** The bucket of a length. */
    static int bucket(int length) {
        int halvings = halvings(length);
        return PARTS * halvings + (length >> halvings);
    }

    /** The least length of a bucket. */
    public static int least(int bucket) {
        int halvings = Math.max(bucket / PARTS - 1, 0);
        return (bucket - PARTS * halvings) << halvings;
    }

    /** How many lengths share the bucket of this one: a power of two, by which the least of them can be divided. */
    public static int width(int length) {
        return 1 << halvings(length);
    }

    // Until it is below EXACT.
    private static int halvings(int length) {
        return length < EXACT ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(length / EXACT);
    }

    /** How many texts. */
    public long texts() {
        return buckets.stream().mapToLong(Long::longValue).sum();
    }

    /** Those of both. */
    public TokenLengths plus(TokenLengths other) {
        List<Long> sums = new ArrayList<>();
        for (int i = 0; i < Math.max(buckets.size(), other.buckets.size()); i++) {
            sums.add(in(i) + other.in(i));
        }
        return new TokenLengths(tokens + other.tokens, Math.max(longest, other.longest), sums);
    }

    private long in(int bucket) {
        return bucket < buckets.size() ? buckets.get(bucket) : 0;
    }
}
