package io.promptmill.jobs.parquet;

import java.util.List;
import java.util.Map;
import org.apache.parquet.hadoop.ParquetInputFormat;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.internal.SQLConf;

/** How rows are read that must all be there: a file that is damaged or gone fails, whatever Spark is configured to skip. */
public final class StrictParquet {
    /** Options of Spark's format Parquet, with which it gives every row of every file, or fails. */
    public static final Map<String, String> OPTIONS = Map.of(
            "ignoreCorruptFiles",
            "false",
            "ignoreMissingFiles",
            "false",
            // Most writers put a checksum on each page; unless it is verified, a flipped bit is another value.
            ParquetInputFormat.PAGE_VERIFY_CHECKSUM_ENABLED,
            "true");

    private StrictParquet() {}

    /** A session whose reader of Parquet comes to an end with any bytes. */
    public static SparkSession session(SparkSession spark) {
        SparkSession reading = spark.newSession();
        // As java.util's dates, days that the Julian calendar lacks would be carried through as others.
        reading.conf().set(SQLConf.DATETIME_JAVA8API_ENABLED().key(), "true");
        // Spark's other reader trusts the numbers in a page, and with wrong ones it runs on for ever.
        reading.conf().set(SQLConf.PARQUET_VECTORIZED_READER_ENABLED().key(), "false");
        // A writer that does not say its calendar may have had the older one; Spark 4 would not ask.
        for (ConfigEntry<?> mode :
                List.of(SQLConf.PARQUET_REBASE_MODE_IN_READ(), SQLConf.PARQUET_INT96_REBASE_MODE_IN_READ())) {
            if (!reading.sessionState().conf().contains(mode.key())) {
                reading.conf().set(mode.key(), "EXCEPTION");
            }
        }
        return reading;
    }

    /** A session whose tables give every row of every file, or fail; names of columns are those of SQL. */
    public static SparkSession sessionOfTables(SparkSession spark) {
        SparkSession reading = session(spark);
        reading.conf().set(SQLConf.CASE_SENSITIVE().key(), "false");
        reading.conf().set(SQLConf.IGNORE_CORRUPT_FILES().key(), "false");
        reading.conf().set(SQLConf.IGNORE_MISSING_FILES().key(), "false");
        reading.conf().set(ParquetInputFormat.PAGE_VERIFY_CHECKSUM_ENABLED, "true");
        return reading;
    }

    /** A reader whose {@code parquet} gives every row of every file, or fails. */
    public static DataFrameReader reader(SparkSession spark) {
        return session(spark).read().options(OPTIONS);
    }
}
