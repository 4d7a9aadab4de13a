package io.promptmill.jobs.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads Parquet files from end to end before Spark does, as a Spark job: a file that contradicts itself is told by name, with
 * the column. Thereafter Spark's reader ends, and gives as many rows as the files have.
 */
public final class PageCheck {
    private static final long SHARE_BYTES = 128L << 20;
    private static final int MOST_TASKS_AT_LEAST = 64;

    private PageCheck() {}

    /**
     * Part of a file: every so many row groups from one on; travels to its task.
     *
     * @param path with its file system, as a URI
     * @param first the first row group
     * @param step how many there are to the next
     */
    public record Share(String path, int first, int step) implements Serializable {
        /** A whole file. */
        public static Share whole(Path path) {
            return new Share(path.toUri().toString(), 0, 1);
        }

        Path file() {
            return new Path(URI.create(path));
        }
    }

    /**
     * What was found.
     *
     * @param rows in all shares that are not damaged
     * @param damaged what is wrong in each damaged file, by its path
     */
    public record Found(long rows, NavigableMap<String, String> damaged) {}

    /** What a task has found in its shares. */
    private record FoundInTask(long rows, TreeMap<String, String> damaged) implements Serializable {}

    /** The shares of a file of that size. */
    public static List<Share> shares(Path path, long bytes) {
        int count = (int) Math.min(1 + bytes / SHARE_BYTES, Short.MAX_VALUE);
        return IntStream.range(0, count)
                .mapToObj(first -> new Share(path.toUri().toString(), first, count))
                .toList();
    }

    /** Reads these parts of files. */
    public static Found of(JavaSparkContext spark, Configuration settings, List<Share> shares) {
        if (shares.isEmpty()) {
            return new Found(0, new TreeMap<>());
        }
        SerializableConfiguration hadoop = new SerializableConfiguration(settings);
        int tasks = Math.min(shares.size(), Math.max(MOST_TASKS_AT_LEAST, 4 * spark.defaultParallelism()));
        List<FoundInTask> parts = spark.parallelize(shares, tasks)
                .mapPartitions(part -> List.of(check(part, hadoop.value())).iterator())
                .collect();
        NavigableMap<String, String> damaged = new TreeMap<>();
        parts.forEach(part -> part.damaged.forEach(damaged::putIfAbsent));
        return new Found(parts.stream().mapToLong(FoundInTask::rows).sum(), damaged);
    }

    private static FoundInTask check(Iterator<Share> shares, Configuration hadoop) throws IOException {
        long rows = 0;
        TreeMap<String, String> damaged = new TreeMap<>();
        while (shares.hasNext()) {
            Share share = shares.next();
            try {
                rows += readTwice(share, hadoop);
            } catch (DamagedParquetException e) {
                damaged.putIfAbsent(share.file().toString(), e.getMessage());
            }
        }
        return new FoundInTask(rows, damaged);
    }

    // What is damaged may have been damaged on its way from the store.
    private static long readTwice(Share share, Configuration hadoop) throws IOException {
        try {
            return rows(share, hadoop);
        } catch (DamagedParquetException e) {
            return rows(share, hadoop);
        }
    }

    /**
     * Checks a share; the number of its rows.
     *
     * @throws DamagedParquetException when the file contradicts itself
     * @throws IOException when it cannot be read
     */
    public static long rows(Share share, Configuration hadoop) throws IOException {
        FileSystem fileSystem = share.file().getFileSystem(hadoop);
        long bytes = fileSystem.getFileStatus(share.file()).getLen();
        try (FSDataInputStream in = fileSystem.open(share.file());
                PageDecompressor decompressor = new PageDecompressor(hadoop)) {
            long footerStart = footerStart(in, bytes);
            FileMetaData footer = footer(in, footerStart, bytes - ParquetTail.BYTES);
            List<LeafColumn> columns = FooterCheck.check(footer, footerStart);
            long rows = 0;
            for (int group = share.first(); group < footer.getRow_groupsSize(); group += share.step()) {
                check(in, footer.getRow_groups().get(group), columns, decompressor);
                rows += footer.getRow_groups().get(group).getNum_rows();
            }
            return rows;
        }
    }

    private static void check(
            FSDataInputStream in, RowGroup group, List<LeafColumn> columns, PageDecompressor decompressor)
            throws IOException {
        for (int i = 0; i < columns.size(); i++) {
            var data = group.getColumns().get(i).getMeta_data();
            in.seek(FooterCheck.start(data));
            new ColumnPages(columns.get(i), data, decompressor, in).check(group.getNum_rows());
        }
    }

    private static long footerStart(FSDataInputStream in, long size) throws IOException {
        if (size < ParquetTail.BYTES) {
            throw new DamagedParquetException("it has " + size + " bytes");
        }
        ParquetTail tail = ParquetTail.read(in, size);
        if (!tail.magic().equals(ParquetTail.MAGIC)) {
            throw new DamagedParquetException("its last four bytes are not " + ParquetTail.MAGIC);
        }
        long length = tail.footerBytes();
        if (length > size - ParquetTail.BYTES) {
            throw new DamagedParquetException("its footer claims to have " + length + " bytes in a file of " + size);
        }
        return size - ParquetTail.BYTES - length;
    }

    private static FileMetaData footer(FSDataInputStream in, long start, long end) throws IOException {
        byte[] footer = new byte[Math.toIntExact(end - start)];
        in.readFully(start, footer);
        SchemaFields.check(footer);
        return ThriftReader.read(new FileMetaData(), new ByteArrayInputStream(footer), footer.length);
    }
}
