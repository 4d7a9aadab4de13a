package io.promptmill.jobs;

import java.util.Map;
import org.apache.parquet.hadoop.ParquetInputFormat;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.SparkSession;

/** How rows are read that must all be there: a file that is damaged or gone fails, whatever Spark is configured to skip. */
final class StrictParquet {
    /** Options of Spark's format Parquet, with which it gives every row of every file, or fails. */
    static final Map<String, String> OPTIONS = Map.of(
            "ignoreCorruptFiles",
            "false",
            "ignoreMissingFiles",
            "false",
            // Most writers put a checksum on each page; unless it is verified, a flipped bit is another value.
            ParquetInputFormat.PAGE_VERIFY_CHECKSUM_ENABLED,
            "true");

    private StrictParquet() {}

    /** A reader whose {@code parquet} gives every row of every file, or fails. */
    static DataFrameReader reader(SparkSession spark) {
        return spark.read().options(OPTIONS);
    }
}
