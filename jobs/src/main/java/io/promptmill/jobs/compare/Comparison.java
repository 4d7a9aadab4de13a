package io.promptmill.jobs.compare;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What came of comparing rows; additive. Immutable.
 *
 * @param equal rows that both have with the same values
 * @param different rows that both have with other values
 * @param onlyA rows that only A has
 * @param onlyB rows that only B has
 * @param notYetInA those only in B whose chunk A has not computed
 * @param notYetInB those only in A whose chunk B has not computed
 * @param byColumn rows with another value, by column
 * @param first the first differences, by id
 */
record Comparison(
        long equal,
        long different,
        long onlyA,
        long onlyB,
        long notYetInA,
        long notYetInB,
        Map<String, Long> byColumn,
        List<Difference> first)
        implements Serializable {
    /** Of no rows. */
    static final Comparison NONE = ofEqual(0);

    /** Of that many rows that are equal. */
    static Comparison ofEqual(long rows) {
        return new Comparison(rows, 0, 0, 0, 0, 0, new TreeMap<>(), List.of());
    }

    boolean isEqual() {
        return different + onlyA + onlyB == 0;
    }

    /** Both together, with so many differences at most. */
    Comparison plus(Comparison other, int shown) {
        Map<String, Long> columns = new TreeMap<>(byColumn);
        other.byColumn.forEach((column, rows) -> columns.merge(column, rows, Long::sum));
        return new Comparison(
                equal + other.equal,
                different + other.different,
                onlyA + other.onlyA,
                onlyB + other.onlyB,
                notYetInA + other.notYetInA,
                notYetInB + other.notYetInB,
                columns,
                Stream.concat(first.stream(), other.first.stream())
                        .sorted(Difference.BY_ID) // stable: columns stay in their order
                        .limit(shown)
                        .toList());
    }
}
