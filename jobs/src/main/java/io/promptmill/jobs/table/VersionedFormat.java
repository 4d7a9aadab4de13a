package io.promptmill.jobs.table;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;

/** Formats of tables that keep what they held before: {@code VERSION AS OF} reads it again. */
enum VersionedFormat {
    /** By its Spark integration, whose tables tell their snapshot among their properties. */
    ICEBERG("Iceberg") {
        @Override
        Optional<String> latest(SparkSession spark, String name, Map<String, String> properties) {
            return Optional.ofNullable(properties.get("current-snapshot-id"));
        }
    },
    /** By its SQL. */
    DELTA("Delta Lake") {
        @Override
        Optional<String> latest(SparkSession spark, String name, Map<String, String> properties) {
            return Optional.of(spark.sql("describe history " + name + " limit 1")
                    .select("version")
                    .head()
                    .get(0)
                    .toString());
        }
    };

    private static final Pattern VERSION = Pattern.compile("\\d{1,19}");

    private final String title;

    VersionedFormat(String title) {
        this.title = title;
    }

    /**
     * The version that a table has now, if it has any.
     *
     * @param name of the table as SQL takes it
     * @param properties of the table
     */
    abstract Optional<String> latest(SparkSession spark, String name, Map<String, String> properties);

    /** What people call it. */
    String title() {
        return title;
    }

    /** The format of a table with these properties, whichever catalog has told them. */
    static Optional<VersionedFormat> of(Map<String, String> properties) {
        List<String> words = List.of(
                properties.getOrDefault("provider", ""),
                properties.getOrDefault("table_type", "")); // where Hive's metastore holds a table of Iceberg
        return Arrays.stream(values())
                .filter(format -> words.stream().anyMatch(format.name()::equalsIgnoreCase))
                .findFirst();
    }

    /** Whether a text can be a version. */
    static boolean isVersion(String text) {
        return VERSION.matcher(text).matches();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
