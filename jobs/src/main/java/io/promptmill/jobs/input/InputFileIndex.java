package io.promptmill.jobs.input;

import static java.util.stream.Collectors.groupingBy;

import io.promptmill.jobs.input.InputListing.ListedFile;
import io.promptmill.spark.seam.ScalaCollections;
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
import scala.collection.immutable.Seq;
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
        super(spark, ScalaCollections.map(Map.of()), Option.empty(), NoopCache$.MODULE$);
        this.files = List.copyOf(files);
        this.folderColumns = folderColumns;
    }

    @Override
    public PartitionSpec partitionSpec() {
        Map<Path, ListedFile> folders = new java.util.LinkedHashMap<>();
        files.forEach(file -> folders.putIfAbsent(folder(file), file));
        List<PartitionPath> partitions = new ArrayList<>();
        folders.forEach((path, file) -> partitions.add(new PartitionPath(values(file), path)));
        return new PartitionSpec(folderColumns, ScalaCollections.seq(partitions));
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
        return ScalaCollections.map(children);
    }

    @Override
    public Seq<FileStatus> allFiles() {
        return ScalaCollections.seq(files.stream().map(ListedFile::status).toList());
    }

    @Override
    public Seq<Path> rootPaths() {
        return ScalaCollections.seq(
                files.stream().map(file -> file.status().getPath()).toList());
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
}
