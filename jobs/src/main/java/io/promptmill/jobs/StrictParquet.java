package io.promptmill.jobs;

import org.apache.parquet.hadoop.ParquetInputFormat;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.SparkSession;

/** How rows are read that must all be there: a file that is damaged or gone fails, whatever Spark is configured to skip. */
final class StrictParquet {
    private StrictParquet() {}

    /** A reader whose {@code parquet} gives every row of every file, or fails. */
    static DataFrameReader reader(SparkSession spark) {
        return spark.read()
                .option("ignoreCorruptFiles", "false")
                .option("ignoreMissingFiles", "false")
                // Most writers put a checksum on each page; unless it is verified, a flipped bit is another value.
                .option(ParquetInputFormat.PAGE_VERIFY_CHECKSUM_ENABLED, "true");
    }
}
