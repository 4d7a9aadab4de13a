package io.promptmill.jobs.compare;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.Serializable;
import java.util.Comparator;

/**
 * One difference.
 *
 * @param id of the prompt, as a text
 * @param index of the sequence; null where a row has none
 * @param column where the rows differ; null where one side has no such row
 * @param a the value in A, shortened; null where A has no such row
 * @param b the value in B, shortened; null where B has no such row
 */
@JsonPropertyOrder({"id", "index", "column", "a", "b"})
record Difference(
        String id, Integer index, @JsonInclude(JsonInclude.Include.NON_NULL) String column, String a, String b)
        implements Serializable {
    /** Numbers by their value before other ids by their characters; then by index. */
    static final Comparator<Difference> BY_ID = Comparator.comparing(
                    (Difference difference) -> !isNumber(difference.id))
            .thenComparingLong(difference -> isNumber(difference.id) ? Long.parseLong(difference.id) : 0)
            .thenComparing(Difference::id)
            .thenComparing(Difference::index, Comparator.nullsFirst(Comparator.naturalOrder()));

    private static boolean isNumber(String id) {
        return id.matches("-?[0-9]{1,18}");
    }
}
