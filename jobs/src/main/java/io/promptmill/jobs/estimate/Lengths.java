package io.promptmill.jobs.estimate;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long sequences get that the model may end: how many of a sample ended at each length, and how many were cut off there
 * by their limit and might have gone on. Single-threaded.
 */
final class Lengths implements Serializable {
    private static final long serialVersionUID = 1;

    private final TreeMap<Integer, Long> ended = new TreeMap<>();
    private final TreeMap<Integer, Long> cut = new TreeMap<>();

    /** A sequence ended with its so many'th token. */
    void end(int tokens) {
        ended.merge(tokens, 1L, Long::sum);
    }

    /** A sequence had so many tokens and was not allowed more. */
    void cut(int tokens) {
        cut.merge(tokens, 1L, Long::sum);
    }

    /** Takes the sequences of another sample, too. */
    void addAll(Lengths other) {
        other.ended.forEach((tokens, number) -> ended.merge(tokens, number, Long::sum));
        other.cut.forEach((tokens, number) -> cut.merge(tokens, number, Long::sum));
    }

    /** What these say of others, by Kaplan and Meier's estimator. */
    Survival survival() {
        int longest = Math.max(ended.isEmpty() ? 0 : ended.lastKey(), cut.isEmpty() ? 0 : cut.lastKey());
        double[] alive = new double[longest + 1];
        alive[0] = 1;
        long left = sum(ended) + sum(cut);
        double late = 0;
        double lateEnds = 0;
        for (int tokens = 1; tokens <= longest; tokens++) {
            long ends = ended.getOrDefault(tokens, 0L);
            alive[tokens] = alive[tokens - 1] * (left - ends) / left;
            if (2 * tokens > longest) {
                late += left;
                lateEnds += ends;
            }
            left -= ends + cut.getOrDefault(tokens, 0L);
        }
        return new Survival(alive, late == 0 ? 0 : lateEnds / late);
    }

    private static long sum(Map<Integer, Long> numbers) {
        return numbers.values().stream().mapToLong(Long::longValue).sum();
    }
}
