package io.promptmill.jobs.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.Sha256;
import io.promptmill.jobs.lease.LeaseFile;
import io.promptmill.jobs.output.ChunkReport.WrittenFile;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.testing.TestSpark;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class ChunkWriterTest {
    private static final StructType SCHEMA =
            new StructType().add("id", DataTypes.StringType, false).add("n", DataTypes.IntegerType);
    private static final String NAME = "chunk-00000-of-00001.parquet";

    private final Configuration hadoop = TestSpark.session().sparkContext().hadoopConfiguration();

    @TempDir
    private Path folder;

    @Test
    void everyTypeOfSparkComesBackAsItWasWritten() throws IOException {
        StructType inner = new StructType().add("a", DataTypes.LongType).add("b", DataTypes.BinaryType);
        StructType schema = new StructType()
                .add("flag", DataTypes.BooleanType)
                .add("byte", DataTypes.ByteType)
                .add("short", DataTypes.ShortType)
                .add("float", DataTypes.FloatType)
                .add("double", DataTypes.DoubleType)
                .add("decimal", DataTypes.createDecimalType(30, 5))
                .add("date", DataTypes.DateType)
                .add("old date", DataTypes.DateType)
                .add("older date", DataTypes.DateType)
                .add("timestamp", DataTypes.TimestampType)
                .add("old timestamp", DataTypes.TimestampType)
                .add("local", DataTypes.TimestampNTZType)
                .add("array", DataTypes.createArrayType(inner))
                .add("map", DataTypes.createMapType(DataTypes.StringType, DataTypes.IntegerType));
        Row row = RowFactory.create(
                true,
                (byte) 1,
                (short) 2,
                3.5f,
                Double.NaN,
                new BigDecimal("1234567890.12345"),
                Date.valueOf("2026-02-28"),
                Date.valueOf("1500-02-03"),
                Date.valueOf("0001-01-01"),
                Timestamp.valueOf("2026-02-28 12:34:56.789012"),
                Timestamp.valueOf("1500-02-03 12:34:56.789012"),
                LocalDateTime.of(1500, 2, 3, 1, 2, 3),
                List.of(RowFactory.create(7L, null)),
                Map.of("k", 1));
        Row nulls = RowFactory.create(new Object[schema.size()]);
        try (ChunkWriter writer = writer(schema)) {
            writer.write(row);
            writer.write(nulls);
            writer.commit(ChunkCounts.NONE);
        }
        List<Row> read = TestSpark.session().read().parquet(folder.toString()).collectAsList();
        assertThat(read).hasSize(2);
        assertThat(read.get(0).mkString("|"))
                .isEqualTo(TestSpark.session()
                        .createDataFrame(List.of(row), schema)
                        .head()
                        .mkString("|"));
        assertThat(read.get(1).anyNull()).isTrue();
        assertThat(TestSpark.session().read().parquet(folder.toString()).schema())
                .isEqualTo(schema);
    }

    @Test
    void equalRowsGiveEqualBytesAndTheReportTellsTheirDigestAndSize() throws IOException {
        WrittenFile first = write("a", "b");
        byte[] bytes = Files.readAllBytes(folder.resolve(NAME));
        Files.delete(folder.resolve(NAME));
        WrittenFile second = write("a", "b");
        assertThat(Files.readAllBytes(folder.resolve(NAME))).isEqualTo(bytes);
        assertThat(second).isEqualTo(first).isEqualTo(new WrittenFile(NAME, 2, bytes.length, first.sha256()));
        assertThat(Sha256.ofStream(Files.newInputStream(folder.resolve(NAME)))).isEqualTo(first.sha256());
    }

    @Test
    void theFooterNamesTheModelBesideSparksOwnEntries() throws IOException {
        write("a");
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(folder.resolve(NAME).toUri()), hadoop))) {
            assertThat(reader.getFileMetaData().getKeyValueMetaData())
                    .containsEntry("promptmill.model", "some model")
                    .containsKey("org.apache.spark.sql.parquet.row.metadata");
        }
    }

    @Test
    void theFooterTellsWhoseChunkItIsAndTheDigestOfItsRows() throws IOException {
        write("a", "b");
        byte[] bytes = Files.readAllBytes(folder.resolve(NAME));
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(folder.resolve(NAME).toUri()), hadoop))) {
            ChunkRecord record = Json.read(
                    reader.getFileMetaData()
                            .getKeyValueMetaData()
                            .get(ChunkRecord.KEY)
                            .getBytes(StandardCharsets.UTF_8),
                    ChunkRecord.class);
            assertThat(record.fingerprint()).isEqualTo("a fingerprint");
            assertThat(record.chunk()).isZero();
            assertThat(record.counts()).isEqualTo(new ChunkCounts(2, 0, 0, 5));
            assertThat(record.dataBytes()).isBetween(1L, bytes.length - 1L);
            assertThat(record.dataSha256())
                    .isEqualTo(Sha256.ofStream(new ByteArrayInputStream(bytes, 0, (int) record.dataBytes())));
        }
    }

    @Test
    void nothingButTheFileIsLeftNoChecksumTwinAndNoTemporaryFile() throws IOException {
        write("a");
        assertThat(allFiles()).containsExactly(NAME);
    }

    @Test
    void aWriterThatIsClosedWithoutCommitLeavesNothing() throws IOException {
        try (ChunkWriter writer = writer(SCHEMA)) {
            writer.write(RowFactory.create("a", 1));
            assertThat(allFiles()).hasSize(1).allMatch(name -> name.startsWith("_promptmill/tmp/"));
        }
        assertThat(allFiles()).isEmpty();
    }

    @Test
    void aRetryThatFindsItsOwnBytesAcceptsThem() throws IOException {
        WrittenFile first = write("a", "b");
        assertThat(write("a", "b")).isEqualTo(first);
        assertThat(allFiles()).containsExactly(NAME);
    }

    @Test
    void aFileWithOtherContentIsNeverReplaced() throws IOException {
        WrittenFile first = write("a");
        assertThatThrownBy(() -> write("b"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "a file of that name holds other rows (ChunkRecord[fingerprint=a fingerprint, chunk=0")
                .hasMessageEndingWith("Is another run writing to this folder?");
        assertThat(Sha256.ofStream(Files.newInputStream(folder.resolve(NAME)))).isEqualTo(first.sha256());
        assertThat(allFiles()).containsExactly(NAME);
    }

    private WrittenFile write(String... ids) throws IOException {
        try (ChunkWriter writer = writer(SCHEMA)) {
            for (String id : ids) {
                writer.write(RowFactory.create(id, null));
            }
            return writer.commit(new ChunkCounts(ids.length, 0, 0, 5));
        }
    }

    private ChunkWriter writer(StructType schema) throws IOException {
        return new ChunkWriter(TestTargets.of(folder, 1, "a fingerprint", schema), 0, "attempt");
    }

    private List<String> allFiles() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(name -> !LeaseFile.isName(name))
                    .toList();
        }
    }
}
