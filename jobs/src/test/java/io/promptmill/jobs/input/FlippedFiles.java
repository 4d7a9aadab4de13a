package io.promptmill.jobs.input;

import io.promptmill.jobs.parquet.PageCheck;
import io.promptmill.jobs.parquet.StrictParquet;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.spark.seam.ScalaCollections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.parquet.hadoop.Footer;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.paths.SparkPath;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructType;
import scala.Function1;
import scala.collection.Iterator;

/** Flips bits in a Parquet file and reads it each time as the job does, but within this thread: a Spark job a flip takes too long. */
final class FlippedFiles {
    private final Path place;
    private final SparkSession reading = StrictParquet.session(TestSpark.session());
    private final Map<StructType, Function1<PartitionedFile, Iterator<InternalRow>>> readers = new HashMap<>();
    private final Configuration hadoop =
            new Configuration(reading.sparkContext().hadoopConfiguration());

    /** Keeps the flipped file in that place. */
    FlippedFiles(Path place) {
        this.place = place;
        StrictParquet.OPTIONS.forEach(hadoop::set);
        hadoop.set("fs.file.impl", RawLocalFileSystem.class.getName());
        hadoop.set("fs.file.impl.disable.cache", "true");
    }

    /**
     * What came of the flips.
     *
     * @param refused how many were found
     * @param same how many made no difference
     * @param other rows that differ, by position and mask of the flip
     * @param failures what was thrown that would not have been exit code 3
     */
    record Outcomes(int refused, int same, Map<String, List<String>> other, List<String> failures) {}

    /** The rows of a file. */
    List<String> rows(byte[] file) throws IOException {
        Files.write(place, file);
        PageCheck.rows(PageCheck.Share.whole(hadoopPath()), hadoop);
        StructType schema;
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(hadoopPath(), hadoop))) {
            schema = ParquetFileFormat.readSchemaFromFooter(
                    new Footer(hadoopPath(), reader.getFooter()),
                    new ParquetToSparkSchemaConverter(reading.sessionState().conf()));
        }
        Iterator<InternalRow> rows = readers.computeIfAbsent(schema, this::reader)
                .apply(new PartitionedFile(
                        InternalRow.empty(),
                        SparkPath.fromPath(hadoopPath()),
                        0,
                        file.length,
                        new String[0],
                        0,
                        file.length,
                        scala.collection.immutable.Map$.MODULE$.empty()));
        Function1<Object, Object> toRow = CatalystTypeConverters.createToScalaConverter(schema);
        List<String> read = new ArrayList<>();
        while (rows.hasNext()) {
            read.add(toRow.apply(rows.next()).toString());
        }
        return read;
    }

    private Function1<PartitionedFile, Iterator<InternalRow>> reader(StructType schema) {
        return new ParquetFileFormat()
                .buildReaderWithPartitionValues(
                        reading,
                        schema,
                        new StructType(),
                        schema,
                        ScalaCollections.seq(List.<Filter>of()),
                        ScalaCollections.map(Map.of("returning_batch", "false")),
                        hadoop);
    }

    /** Reads the file with each byte changed by each of the masks. */
    Outcomes flip(byte[] file, int... masks) throws IOException {
        List<String> rows = rows(file);
        Map<String, List<String>> other = new HashMap<>();
        List<String> failures = new ArrayList<>();
        int refused = 0;
        int same = 0;
        for (int position = 0; position < file.length; position++) {
            for (int mask : masks) {
                byte[] flipped = file.clone();
                flipped[position] ^= (byte) mask;
                String flip = position + " xor " + mask;
                try {
                    List<String> read = rows(flipped);
                    if (read.equals(rows)) {
                        same++;
                    } else {
                        other.put(flip, read);
                    }
                } catch (Exception e) { // Spark tells any of them as that of a file which it could not read
                    refused++;
                } catch (Throwable e) {
                    failures.add(flip + ": " + e);
                }
            }
        }
        return new Outcomes(refused, same, other, failures);
    }

    private org.apache.hadoop.fs.Path hadoopPath() {
        return new org.apache.hadoop.fs.Path(place.toUri());
    }
}
