package io.promptmill.jobs.compare;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * Compares the rows of a partition: id, index, and the values on both sides, of which one may be missing.
 *
 * @param columns names of the values
 * @param a what A has not computed
 * @param b what B has not computed
 * @param shown how many differences are kept
 */
record RowComparison(List<String> columns, Unfinished a, Unfinished b, int shown)
        implements FlatMapFunction<Iterator<Row>, Comparison> {
    private static final int ID = 0;
    private static final int INDEX = 1;
    private static final int VALUES_OF_A = 2;
    private static final int VALUES_OF_B = 3;

    /** Before the values there is one that is always there. */
    private static final int FIRST_VALUE = 1;

    private static final String THERE = "a row";
    private static final Comparison ONE_EQUAL = Comparison.ofEqual(1);

    @Override
    public Iterator<Comparison> call(Iterator<Row> rows) {
        Comparison different = Comparison.NONE;
        long equal = 0;
        while (rows.hasNext()) {
            Comparison next = compared(rows.next());
            if (next.isEqual()) {
                equal += next.equal();
            } else {
                different = different.plus(next, shown);
            }
        }
        return List.of(different.plus(Comparison.ofEqual(equal), shown)).iterator();
    }

    private Comparison compared(Row row) {
        String id = row.getString(ID);
        Integer index = row.getInt(INDEX) == Side.NO_INDEX ? null : row.getInt(INDEX);
        if (row.isNullAt(VALUES_OF_A)) {
            return new Comparison(
                    0, 0, 0, 1, a.waitsFor(id) ? 1 : 0, 0, new TreeMap<>(), oneSided(id, index, null, THERE));
        }
        if (row.isNullAt(VALUES_OF_B)) {
            return new Comparison(
                    0, 0, 1, 0, 0, b.waitsFor(id) ? 1 : 0, new TreeMap<>(), oneSided(id, index, THERE, null));
        }
        return compared(id, index, row.getStruct(VALUES_OF_A), row.getStruct(VALUES_OF_B));
    }

    private static List<Difference> oneSided(String id, Integer index, String a, String b) {
        return List.of(new Difference(id, index, null, a, b));
    }

    private Comparison compared(String id, Integer index, Row one, Row other) {
        Map<String, Long> byColumn = new TreeMap<>();
        List<Difference> differences = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Object value = one.get(FIRST_VALUE + i);
            Object otherValue = other.get(FIRST_VALUE + i);
            if (!ExactValues.same(value, otherValue)) {
                byColumn.put(columns.get(i), 1L);
                differences.add(new Difference(
                        id, index, columns.get(i), Excerpt.of(value, otherValue), Excerpt.of(otherValue, value)));
            }
        }
        return byColumn.isEmpty() ? ONE_EQUAL : new Comparison(0, 1, 0, 0, 0, 0, byColumn, differences);
    }
}
