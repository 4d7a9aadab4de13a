package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.output.ChunkCounts;
import io.promptmill.jobs.output.ChunkTarget;
import io.promptmill.jobs.output.ChunkWriter;
import io.promptmill.jobs.output.TestTargets;
import io.promptmill.jobs.prompts.InputTable;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplePromptsTest {
    private static final Path FOLDER = Path.of("..", "sample-prompts");
    private static final Path PARQUET = FOLDER.resolve("prompts.parquet");
    /** One prompt, for the tutorial. */
    private static final Path DREAM = FOLDER.resolve("dream.parquet");

    private final SparkSession spark = TestSpark.session();

    @TempDir
    private Path temp;

    @Test
    void theParquetFileHoldsThePromptsOfTheText() throws IOException {
        if (Boolean.getBoolean("promptmill.write-sample-prompts")) {
            write(fromText(), PARQUET);
        }
        List<Row> fromText = fromText().collectAsList();
        assertThat(spark.read().parquet(PARQUET.toString()).collectAsList()).isEqualTo(fromText);
        assertThat(fromText).hasSizeGreaterThan(30);
    }

    @Test
    void theTutorialContinuesTheFirstPrompt() throws IOException {
        Dataset<Row> first = fromText().select("id", "prompt").limit(1);
        if (Boolean.getBoolean("promptmill.write-sample-prompts")) {
            write(first, DREAM);
        }
        assertThat(spark.read().parquet(DREAM.toString()).collectAsList())
                .isEqualTo(first.collectAsList())
                .containsExactly(RowFactory.create("dream-01", "My dream is"));
    }

    @Test
    void idsAreUniqueAndTheColumnsAreAccepted() throws Exception {
        JobSettings settings = TestSettings.of("--input", PARQUET.toString(), "--output", "unused");
        InputTable input = InputTable.open(spark, settings.inputSettings(), Optional.empty());
        assertThat(input.checkIds().rows())
                .isEqualTo(Files.readAllLines(FOLDER.resolve("prompts.txt")).size());
    }

    private Dataset<Row> fromText() {
        // An object read as a string keeps its JSON text; with Spark 4 its spaces, too, unless told otherwise.
        SparkSession reading = spark.newSession();
        reading.conf().set("spark.sql.json.enableExactStringParsing", "false");
        StructType schema = new StructType()
                .add("id", DataTypes.StringType)
                .add("prompt", DataTypes.StringType)
                .add("sampling_params", DataTypes.StringType)
                .add("topic", DataTypes.StringType);
        return reading.read().schema(schema).json(FOLDER.resolve("prompts.txt").toString());
    }

    private void write(Dataset<Row> rows, Path file) throws IOException {
        ChunkTarget target = TestTargets.of(temp, 1, "", rows.schema());
        try (ChunkWriter writer = new ChunkWriter(target, 0, "attempt")) {
            for (Row row : rows.collectAsList()) {
                writer.write(row);
            }
            writer.commit(ChunkCounts.NONE);
        }
        Files.copy(temp.resolve(target.plan().fileName(0)), file, StandardCopyOption.REPLACE_EXISTING);
    }
}
