package io.promptmill.jobs.table;

import io.promptmill.Problem;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.spark.rows.PromptColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.connector.catalog.CatalogManager;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.V1Table;
import scala.collection.Iterator;

/**
 * What a catalog of Spark tells of a table.
 *
 * @param name with the catalog, as SQL takes it
 * @param table empty where it is a view that only Spark's SQL finds
 */
record TableInCatalog(String name, Optional<Table> table) {
    /** A version behind a name, as Delta Lake and SQL write it. */
    private static final Pattern NAMED_VERSION =
            Pattern.compile("@v?\\d+`?$|\\b(version|timestamp)\\s+as\\s+of\\b", Pattern.CASE_INSENSITIVE);

    /** How SQL names files in the place of a table. */
    private static final Pattern FILES =
            Pattern.compile("^(parquet|csv|json|orc|text|avro)\\.", Pattern.CASE_INSENSITIVE);

    /** A part of a name that SQL takes without quotes, be it a keyword. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_]\\w*");

    /** Finds it as Spark's SQL does: what comes first is a catalog if one is called so. */
    static TableInCatalog find(SparkSession spark, String asked) throws RefusalException {
        try {
            List<String> parts = parts(spark, asked);
            CatalogManager catalogs = spark.sessionState().catalogManager();
            boolean namesCatalog = parts.size() > 1 && catalogs.isCatalogRegistered(parts.get(0));
            CatalogPlugin catalog = namesCatalog ? catalogs.catalog(parts.get(0)) : catalogs.currentCatalog();
            List<String> below = new ArrayList<>(namesCatalog ? parts.subList(1, parts.size()) : parts);
            if (parts.size() == 1) {
                below.addAll(0, Arrays.asList(catalogs.currentNamespace()));
            }
            String name = Stream.concat(Stream.of(catalog.name()), below.stream())
                    .map(part -> PLAIN.matcher(part).matches() ? part : PromptColumns.quoted(part))
                    .collect(Collectors.joining("."));
            spark.table(name);
            return new TableInCatalog(name, table(catalog, below));
        } catch (Exception e) { // Spark throws checked ones undeclared
            throw isMissing(e) ? missing(spark, asked, e) : unreadable(asked, e);
        }
    }

    private static List<String> parts(SparkSession spark, String asked) throws Exception {
        List<String> parts = new ArrayList<>();
        Iterator<String> parsed =
                spark.sessionState().sqlParser().parseMultipartIdentifier(asked).iterator();
        while (parsed.hasNext()) {
            parts.add(parsed.next());
        }
        return parts;
    }

    private static Optional<Table> table(CatalogPlugin catalog, List<String> below) {
        if (!(catalog instanceof TableCatalog tables)) {
            return Optional.empty();
        }
        int last = below.size() - 1;
        try {
            return Optional.of(
                    tables.loadTable(Identifier.of(below.subList(0, last).toArray(String[]::new), below.get(last))));
        } catch (NoSuchTableException e) {
            return Optional.empty();
        }
    }

    /** Where its files are, if the catalog tells. */
    Optional<String> location() {
        return Optional.ofNullable(properties().get(TableCatalog.PROP_LOCATION));
    }

    /** The version that it has now; empty where its format has none, or nothing was ever written. */
    Optional<String> latestVersion(SparkSession spark) throws RefusalException {
        Optional<VersionedFormat> format = VersionedFormat.of(properties());
        if (format.isEmpty()) {
            return Optional.empty();
        }
        if (table.get() instanceof V1Table) {
            throw withoutItsCatalog(format.get());
        }
        return format.get().latest(spark, name, properties()).filter(VersionedFormat::isVersion);
    }

    private Map<String, String> properties() {
        return table.map(Table::properties).orElse(Map.of());
    }

    private RefusalException withoutItsCatalog(VersionedFormat format) {
        return RefusalException.input(
                "table_without_catalog",
                PinnedTable.OPTION + " " + name + " is a table of " + format.title()
                        + ", whose own catalog is not in this Spark",
                "without it there are no versions, and a run could not be continued with the same rows",
                "give spark-submit the package of " + format.title() + ", its spark.sql.extensions and its class for"
                        + " spark.sql.catalog." + name.substring(0, name.indexOf('.')));
    }

    private static boolean isMissing(Exception e) {
        return e instanceof AnalysisException
                && Stream.of("TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND", "REQUIRES_SINGLE_PART_NAMESPACE")
                        .anyMatch(code -> e.getMessage().startsWith("[" + code + "]"));
    }

    private static RefusalException missing(SparkSession spark, String asked, Exception e) {
        List<String> catalogs = new ArrayList<>();
        spark.sql("show catalogs").collectAsList().forEach(row -> catalogs.add(row.getString(0)));
        return new RefusalException(
                ExitCode.INPUT_REFUSED,
                new Problem(
                        "table_missing",
                        PinnedTable.OPTION + " " + asked + " is no table or view that this Spark knows",
                        "the catalogs that it has looked into are " + String.join(", ", catalogs),
                        FILES.matcher(asked).find()
                                ? "give files by --input"
                                : "correct the name, or give spark-submit the settings of its catalog"
                                        + " (spark.sql.catalog.NAME), or for Hive its hive-site.xml"),
                e);
    }

    /** The table, or what it needs, cannot be read. */
    RefusalException unreadable(Exception e) {
        return unreadable(name, e);
    }

    private static RefusalException unreadable(String name, Exception e) {
        return new RefusalException(
                ExitCode.INPUT_REFUSED,
                new Problem(
                        "input_unreadable",
                        PinnedTable.OPTION + " " + name + " cannot be read",
                        Failures.rootMessage(e)
                                + Failures.unreadableFile(e)
                                        .map(file -> " in " + file)
                                        .orElse(""),
                        NAMED_VERSION.matcher(name).find()
                                ? "name the table alone, whose latest version is read, or a view of another one, CREATE"
                                        + " VIEW … AS SELECT * FROM … VERSION AS OF 3"
                                : "check the table, the settings of its catalog (spark.sql.catalog.NAME) and that its"
                                        + " library is there (--packages)"),
                e);
    }
}
