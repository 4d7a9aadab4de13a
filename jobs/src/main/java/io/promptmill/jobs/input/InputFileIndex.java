package io.promptmill.jobs.input;

import static java.util.stream.Collectors.groupingBy;

import io.promptmill.jobs.input.InputListing.ListedFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.execution.datasources.NoopCache$;
import org.apache.spark.sql.execution.datasources.PartitionPath;
import org.apache.spark.sql.execution.datasources.PartitionSpec;
import org.apache.spark.sql.execution.datasources.PartitioningAwareFileIndex;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Option;
import scala.Predef;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.collection.mutable.LinkedHashMap;

/** Gives Spark exactly the files that were listed, wherever they lie; its own index passes over some without a word. */
final class InputFileIndex extends PartitioningAwareFileIndex {
    private final List<ListedFile> files;
    private final StructType folderColumns;

    /**
     * An index.
     *
     * @param folderColumns the columns that folders give to some of the files, all of them strings
     */
    InputFileIndex(SparkSession spark, List<ListedFile> files, StructType folderColumns) {
        super(spark, immutable(Map.of()), Option.empty(), NoopCache$.MODULE$);
        this.files = List.copyOf(files);
        this.folderColumns = folderColumns;
    }

    /** Scala's form of a map. */
    static <K, V> scala.collection.immutable.Map<K, V> immutable(Map<K, V> map) {
        return JavaConverters.mapAsScalaMap(map).toMap(Predef.$conforms());
    }

    @Override
    public PartitionSpec partitionSpec() {
        Map<Path, ListedFile> folders = new java.util.LinkedHashMap<>();
        files.forEach(file -> folders.putIfAbsent(folder(file), file));
        List<PartitionPath> partitions = new ArrayList<>();
        folders.forEach((path, file) -> partitions.add(new PartitionPath(values(file), path)));
        return new PartitionSpec(folderColumns, seq(partitions));
    }

    @Override
    public LinkedHashMap<Path, FileStatus> leafFiles() {
        LinkedHashMap<Path, FileStatus> statuses = new LinkedHashMap<>();
        files.forEach(file -> statuses.put(file.status().getPath(), file.status()));
        return statuses;
    }

    @Override
    public scala.collection.immutable.Map<Path, FileStatus[]> leafDirToChildrenFiles() {
        Map<Path, FileStatus[]> children = new HashMap<>();
        files.stream()
                .collect(groupingBy(InputFileIndex::folder))
                .forEach((folder, inIt) -> children.put(
                        folder, inIt.stream().map(ListedFile::status).toArray(FileStatus[]::new)));
        return immutable(children);
    }

    @Override
    public Seq<FileStatus> allFiles() {
        return seq(files.stream().map(ListedFile::status).toList());
    }

    @Override
    public Seq<Path> rootPaths() {
        return seq(files.stream().map(file -> file.status().getPath()).toList());
    }

    /** Does nothing: the files are those that were listed. */
    @Override
    public void refresh() {}

    private InternalRow values(ListedFile file) {
        return new GenericInternalRow(Arrays.stream(folderColumns.fieldNames())
                .map(name -> UTF8String.fromString(file.columns().value(name)))
                .toArray());
    }

    private static Path folder(ListedFile file) {
        return file.status().getPath().getParent();
    }

    private static <T> Seq<T> seq(List<T> list) {
        return JavaConverters.asScalaBuffer(list).toSeq();
    }
}
