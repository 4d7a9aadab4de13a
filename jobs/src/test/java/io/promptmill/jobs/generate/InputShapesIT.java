package io.promptmill.jobs.generate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.cluster.DriverProcess;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.testing.TestSpark;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.ParquetOutputFormat;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs that are cut badly: they make no difference to the output. */
class InputShapesIT {
    private static final int MEBIBYTE = 1 << 20;

    private final SparkSession spark = TestSpark.session();
    private final GenerateRuns runs = new GenerateRuns();

    @TempDir
    private Path temp;

    @Test
    void aFileWithNineTenthsOfTheRowsGivesChunksAsEvenAsAny() throws Exception {
        Path input = temp.resolve("in");
        prompts(0, 900).coalesce(1).write().parquet(input.toString());
        prompts(900, 1000).repartition(10).write().mode(SaveMode.Append).parquet(input.toString());
        Path output = temp.resolve("out");

        assertThat(runs.generate(input.toString(), output, "--chunks=8", "--max-new-tokens=1"))
                .isEqualTo(ExitCode.DONE);

        assertThat(plan(output).inputFiles()).hasSizeBetween(10, 11);
        Manifest manifest = manifest(output);
        assertThat(manifest.ok()).isEqualTo(1000);
        assertThat(manifest.chunks()).hasSize(8).allSatisfy(chunk -> assertThat(chunk.prompts())
                .isBetween(100L, 150L));
    }

    @Test
    void aThousandFilesOfOneRowAreOnePlanAndNoMoreChunksThanOtherRows() throws Exception {
        Path input = filesOfOneRow(1000);
        Path output = temp.resolve("out");

        assertThat(runs.generate(input.toString(), output, "--chunks=4", "--max-new-tokens=1"))
                .isEqualTo(ExitCode.DONE);

        assertThat(plan(output).inputFiles()).hasSize(1000);
        Manifest manifest = manifest(output);
        assertThat(manifest.ok()).isEqualTo(1000);
        assertThat(GenerateRuns.files(output).keySet())
                .hasSize(4 + 5)
                .contains(RunPlan.FILE, Manifest.FILE, "_promptmill/work.json", "_promptmill/report.html", "_SUCCESS")
                .containsAll(
                        manifest.chunks().stream().map(Manifest.Chunk::file).toList());
    }

    @Test
    void aPromptOf10MBAmong4096RowsInAHeapOf1GBIsRejectedAndItsNeighboursAreOk() throws Exception {
        Path input = temp.resolve("in");
        prompts(0, 4096)
                .withColumn("prompt", expr("if(id = 2000, repeat('rain ', " + 2 * MEBIBYTE + "), prompt)"))
                .coalesce(1)
                .write()
                .parquet(input.toString());
        Path output = temp.resolve("out");

        DriverProcess driver = DriverProcess.run(
                List.of("--master=local[2]"),
                temp,
                "generate",
                "--input=" + input,
                "--output=" + output,
                "--max-new-tokens=1");

        assertThat(driver.exitCode()).as(driver.console()).isZero();
        assertThat(driver.console()).contains("4,096 prompts: 4,095 ok, 1 rejected, 0 failed");
        List<Row> rejected = spark.read()
                .parquet(output.toString())
                .filter("status = 'rejected'")
                .select("id", "error")
                .collectAsList();
        assertThat(rejected).hasSize(1);
        assertThat(rejected.get(0).getLong(0)).isEqualTo(2000);
        assertThat(rejected.get(0).getString(1))
                .isEqualTo(
                        "prompt_too_long: the prompt has 10485760 bytes, at most 1048576 are read, shorten the prompt");
    }

    /** Spark writes one, the others are its bytes with other ids: 1,000 times a writer would take most of the time. */
    private Path filesOfOneRow(int files) throws Exception {
        Path input = Files.createDirectory(temp.resolve("in"));
        long mark = 0x5eed_0f0e_f11eL;
        Path written = temp.resolve("written");
        prompts(mark, mark + 1)
                .coalesce(1)
                .write()
                .option("compression", "none")
                .option(ParquetOutputFormat.PAGE_WRITE_CHECKSUM_ENABLED, "false")
                .parquet(written.toString());
        byte[] file;
        try (Stream<Path> parts = Files.list(written)) {
            file = Files.readAllBytes(parts.filter(part -> part.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow());
        }
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int[] places = IntStream.rangeClosed(0, file.length - Long.BYTES)
                .filter(place -> bytes.getLong(place) == mark)
                .toArray();
        assertThat(places).as("the value and its statistics").hasSizeGreaterThan(1);
        for (int id = 0; id < files; id++) {
            for (int place : places) {
                bytes.putLong(place, id);
            }
            Files.write(input.resolve("part-" + id + ".parquet"), file);
        }
        return input;
    }

    private Dataset<Row> prompts(long from, long to) {
        return spark.range(from, to)
                .select(col("id"), concat(lit("The sea "), col("id")).as("prompt"));
    }

    private static RunPlan plan(Path output) throws Exception {
        return RunPlan.parse(Files.readAllBytes(output.resolve(RunPlan.FILE)));
    }

    private static Manifest manifest(Path output) throws Exception {
        return Manifest.parse(Files.readAllBytes(output.resolve(Manifest.FILE)));
    }
}
