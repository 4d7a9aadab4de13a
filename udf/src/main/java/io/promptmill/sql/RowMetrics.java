package io.promptmill.sql;

import java.io.Serializable;
import java.util.Map;
import org.apache.spark.sql.execution.metric.SQLMetric;

/**
 * What an operator has done so far, as Spark's UI shows it for a query.
 *
 * @param prompts prompts computed, rejected ones among them
 * @param tokens tokens of their sequences
 * @param rejected prompts that were rejected, or failed
 */
record RowMetrics(SQLMetric prompts, SQLMetric tokens, SQLMetric rejected) implements Serializable {
    private static final String PROMPTS = "prompts";
    private static final String TOKENS = "tokens";
    private static final String REJECTED = "rejected";

    /** What the UI calls them. */
    static final Map<String, String> NAMES =
            Map.of(PROMPTS, "computed prompts", TOKENS, "generated tokens", REJECTED, "rejected prompts");

    static RowMetrics of(scala.collection.Map<String, SQLMetric> metrics) {
        return new RowMetrics(metrics.apply(PROMPTS), metrics.apply(TOKENS), metrics.apply(REJECTED));
    }
}
