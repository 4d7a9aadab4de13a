package io.promptmill.jobs.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/** Parquet files whose footer is whole and whose rows are not. */
public final class DamagedParquet {
    private DamagedParquet() {}

    /** Damages the pages of one column in the one Parquet file of a folder that Spark has written. */
    public static void damageOnlyFile(Path folder, int column, Consumer<byte[]> damage) throws IOException {
        Path file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.filter(name -> name.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.delete(folder.resolve("." + file.getFileName() + ".crc"));
        damage(file, column, damage);
    }

    /** Damages the pages of one column in a file of one row group. */
    public static void damage(Path file, int column, Consumer<byte[]> damage) throws IOException {
        ColumnChunkMetaData pages;
        try (ParquetFileReader reader = ParquetFileReader.open(
                HadoopInputFile.fromPath(new org.apache.hadoop.fs.Path(file.toString()), new Configuration()))) {
            pages = reader.getRowGroups().get(0).getColumns().get(column);
        }
        byte[] bytes = Files.readAllBytes(file);
        int start = (int) pages.getStartingPos();
        byte[] damaged = Arrays.copyOfRange(bytes, start, start + (int) pages.getTotalSize());
        damage.accept(damaged);
        System.arraycopy(damaged, 0, bytes, start, damaged.length);
        Files.write(file, bytes);
    }
}
