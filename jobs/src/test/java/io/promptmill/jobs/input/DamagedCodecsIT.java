package io.promptmill.jobs.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As {@link DamagedInputTest}, with each bit by itself, for Spark's own files in every codec it writes; in the profile chaos. */
@EnabledIfSystemProperty(named = "promptmill.chaos.points", matches = "all")
class DamagedCodecsIT {
    @TempDir
    private Path temp;

    @ParameterizedTest
    @CsvSource({"none, v1", "snappy, v2", "gzip, v1", "gzip, v2", "lz4, v1", "lz4raw, v2", "zstd, v1", "zstd, v2"})
    void anyFlippedBitIsFoundOrGivesAsManyRows(String codec, String version) throws Exception {
        FlippedFiles.Outcomes outcomes = new FlippedFiles(temp.resolve("flipped.parquet"))
                .flip(written(codec, version), 1, 2, 4, 8, 16, 32, 64, 128);
        assertThat(outcomes.failures()).isEmpty();
        assertThat(outcomes.other().values())
                .allSatisfy(rows -> assertThat(rows).hasSize(4));
        assertThat(outcomes.refused()).isPositive();
    }

    private byte[] written(String codec, String version) throws IOException {
        Path folder = temp.resolve("in");
        TestSpark.session()
                .sql(
                        "select id, if(id = 2, null, concat('text ', id % 3)) as prompt, array(id, id) as tags from range(4)")
                .coalesce(1)
                .write()
                .option("compression", codec)
                .option("parquet.writer.version", version)
                .parquet(folder.toString());
        try (Stream<Path> files = Files.list(folder)) {
            return Files.readAllBytes(files.filter(file -> file.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow());
        }
    }
}
