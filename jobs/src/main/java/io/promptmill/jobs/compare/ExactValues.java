package io.promptmill.jobs.compare;

import io.promptmill.spark.seam.ScalaCollections;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/** Values of Spark's rows: whether they are the same bit by bit, and as texts. Stateless. */
final class ExactValues {
    private ExactValues() {}

    /** Whether both have the same type and the same bits: 0.0 is not -0.0, and not a number is itself. */
    static boolean same(Object one, Object other) {
        if (one instanceof Double first && other instanceof Double second) {
            return Double.doubleToRawLongBits(first) == Double.doubleToRawLongBits(second);
        }
        if (one instanceof Float first && other instanceof Float second) {
            return Float.floatToRawIntBits(first) == Float.floatToRawIntBits(second);
        }
        if (one instanceof byte[] first && other instanceof byte[] second) {
            return Arrays.equals(first, second);
        }
        if (one instanceof Row first && other instanceof Row second) {
            return same(fields(first), fields(second));
        }
        if (one instanceof scala.collection.Seq<?> first && other instanceof scala.collection.Seq<?> second) {
            return same(list(first), list(second));
        }
        if (one instanceof scala.collection.Map<?, ?> first && other instanceof scala.collection.Map<?, ?> second) {
            Map<?, ?> some = ScalaCollections.javaMap(first);
            Map<?, ?> others = ScalaCollections.javaMap(second);
            return some.keySet().equals(others.keySet())
                    && some.entrySet().stream().allMatch(entry -> same(entry.getValue(), others.get(entry.getKey())));
        }
        return Objects.equals(one, other);
    }

    private static boolean same(List<?> some, List<?> others) {
        Iterator<?> other = others.iterator();
        return some.size() == others.size() && some.stream().allMatch(value -> same(value, other.next()));
    }

    /** A value as a text; of strings themselves, of others as Java writes them. */
    static String text(Object value) {
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (value instanceof Row row) {
            return fields(row).stream().map(ExactValues::text).collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof scala.collection.Seq<?> list) {
            return list(list).stream().map(ExactValues::text).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof scala.collection.Map<?, ?> map) {
            return ScalaCollections.javaMap(map).entrySet().stream()
                    .map(entry -> text(entry.getKey()) + ": " + text(entry.getValue()))
                    .sorted()
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return String.valueOf(value);
    }

    private static List<Object> fields(Row row) {
        return IntStream.range(0, row.size()).mapToObj(row::get).collect(Collectors.toList()); // may hold nulls
    }

    private static List<?> list(scala.collection.Seq<?> values) {
        return ScalaCollections.javaList(values);
    }
}
