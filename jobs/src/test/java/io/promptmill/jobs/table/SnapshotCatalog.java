package io.promptmill.jobs.table;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.catalog.DelegatingCatalogExtension;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The catalog {@code snapshots}, whose tables of prompts are in this JVM and keep what they held before, told as Iceberg's
 * catalog tells it.
 */
public final class SnapshotCatalog extends DelegatingCatalogExtension {
    /** What comes first in the names of its tables. */
    public static final String NAME = "snapshots";

    private static final StructType COLUMNS =
            new StructType().add("id", DataTypes.StringType).add("prompt", DataTypes.StringType);
    private static final Map<String, NavigableMap<Long, List<Prompt>>> TABLES = new ConcurrentHashMap<>();

    /** A row. */
    public record Prompt(String id, String text) implements Serializable {
        InternalRow row() {
            return new GenericInternalRow(new Object[] {UTF8String.fromString(id), UTF8String.fromString(text)});
        }
    }

    /** Gives a table, which is {@code snapshots.db.TABLE}, these rows from now on. */
    public static void write(String table, long snapshot, List<Prompt> prompts) {
        TABLES.computeIfAbsent(table, none -> new TreeMap<>()).put(snapshot, List.copyOf(prompts));
    }

    /** Forgets what a table held before. */
    public static void expire(String table, long snapshot) {
        TABLES.get(table).remove(snapshot);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Table loadTable(Identifier identifier) throws NoSuchTableException {
        return new Prompts(identifier.name(), snapshots(identifier).lastKey());
    }

    @Override
    public Table loadTable(Identifier identifier, String version) throws NoSuchTableException {
        long snapshot = Long.parseLong(version);
        if (!snapshots(identifier).containsKey(snapshot)) {
            throw new IllegalArgumentException("Cannot find snapshot with ID " + version);
        }
        return new Prompts(identifier.name(), snapshot);
    }

    private static NavigableMap<Long, List<Prompt>> snapshots(Identifier identifier) throws NoSuchTableException {
        NavigableMap<Long, List<Prompt>> snapshots = TABLES.get(identifier.name());
        if (snapshots == null) {
            throw new NoSuchTableException(identifier);
        }
        return snapshots;
    }

    /** A table at one of its snapshots. */
    private record Prompts(String name, long snapshot) implements Table, SupportsRead, ScanBuilder, Scan, Batch {
        @Deprecated // as it is in Spark, which asks for it nevertheless
        @Override
        public StructType schema() {
            return COLUMNS;
        }

        @Override
        public Map<String, String> properties() {
            return Map.of(
                    "provider",
                    "iceberg",
                    "current-snapshot-id",
                    TABLES.get(name).lastKey().toString());
        }

        @Override
        public Set<TableCapability> capabilities() {
            return Set.of(TableCapability.BATCH_READ);
        }

        @Override
        public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
            return this;
        }

        @Override
        public Scan build() {
            return this;
        }

        @Override
        public StructType readSchema() {
            return COLUMNS;
        }

        @Override
        public Batch toBatch() {
            return this;
        }

        @Override
        public InputPartition[] planInputPartitions() {
            return new InputPartition[] {new Part(TABLES.get(name).get(snapshot))};
        }

        @Override
        public PartitionReaderFactory createReaderFactory() {
            return part -> new PromptReader(((Part) part).prompts().iterator());
        }
    }

    private record Part(List<Prompt> prompts) implements InputPartition {}

    private static final class PromptReader implements PartitionReader<InternalRow> {
        private final Iterator<Prompt> prompts;

        PromptReader(Iterator<Prompt> prompts) {
            this.prompts = prompts;
        }

        @Override
        public boolean next() {
            return prompts.hasNext();
        }

        @Override
        public InternalRow get() {
            return prompts.next().row();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
