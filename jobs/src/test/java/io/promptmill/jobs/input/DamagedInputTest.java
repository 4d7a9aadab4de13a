package io.promptmill.jobs.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.prompts.InputTable;
import io.promptmill.jobs.prompts.TestInputs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged Parquet files. Those that are flipped were written by pyarrow 26: four rows of an int64, a string and a list, with
 * page checksums where the name says so.
 */
class DamagedInputTest {
    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2", "dictionary", "zstd"})
    @Timeout(120)
    void anyFlippedByteOfAFileWithChecksumsIsFoundOrMakesNoDifference(String kind) throws Exception {
        byte[] file = resource(kind + "-crc.parquet");
        FlippedFiles.Outcomes outcomes = new FlippedFiles(temp.resolve("flipped.parquet")).flip(file, 0xff);
        assertThat(outcomes.failures()).isEmpty();
        assertThat(outcomes.other()).isEmpty();
        assertThat(outcomes.refused()).isGreaterThan(file.length / 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2", "dictionary", "zstd"})
    @Timeout(120)
    void anyFlippedByteOfAFileWithoutChecksumsIsFoundOrGivesAsManyRows(String kind) throws Exception {
        byte[] file = resource(kind + ".parquet");
        FlippedFiles.Outcomes outcomes = new FlippedFiles(temp.resolve("flipped.parquet")).flip(file, 0xff);
        assertThat(outcomes.failures()).isEmpty();
        assertThat(outcomes.other().values())
                .allSatisfy(rows -> assertThat(rows).hasSize(4));
        assertThat(outcomes.refused()).isGreaterThan(file.length / 2);
    }

    @Test
    @Timeout(60)
    void aDamagedFileIsToldWithItsColumnAndItsNeighboursAreNotBlamed() throws Exception {
        refused(
                "page-flip-hangs.parquet",
                " is damaged, page 2 of the column id: its definition levels: a run without its length, write the damaged"
                        + " file anew or leave it out");
        refused("footer-flip.parquet", "input_unreadable: the footer of ", " is damaged, ");
        refused("deep-list.parquet", "column_too_deep: the column ", " is nested more than 64 levels deep, ");
    }

    @Test
    @Timeout(60)
    void linksThatLeadInCirclesAreRefusedAndAPipeIsNoParquetFile() throws Exception {
        Path folder = Files.createDirectories(temp.resolve("loop/inner"));
        Files.write(folder.resolve("a.parquet"), resource("undamaged.parquet"));
        Files.createSymbolicLink(folder.resolve("back"), folder.getParent());
        assertThatThrownBy(() -> open(temp.resolve("loop")))
                .hasMessage("input_link_loop: the folders file:" + folder.getParent() + " and file:"
                        + folder.resolve("back")
                        + " of the input are one, by a link, its rows would be read again and again,"
                        + " without end, remove the link, or give the folders to read as a pattern");
        Files.delete(folder.resolve("back"));
        Path alias = Files.createSymbolicLink(temp.resolve("loop/alias"), folder);
        assertThatThrownBy(() -> open(temp.resolve("loop")))
                .hasMessage("input_link_loop: the folders file:" + alias + " and file:" + folder
                        + " of the input are one, by a link, its rows would be read twice, remove the link, or give the"
                        + " folders to read as a pattern");
        Files.delete(alias);
        Path linked = Files.createSymbolicLink(temp.resolve("linked"), folder.getParent());
        assertThat(open(linked).checkIds().rows()).isPositive();
        Path pipe = folder.resolve("pipe.parquet");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        for (Path input : new Path[] {folder, pipe}) {
            assertThatThrownBy(() -> open(input))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage(
                            "input_not_parquet: file:" + pipe + " is not a Parquet file, it is a pipe, a socket or a"
                                    + " device, not a file, remove it or leave it out");
        }
    }

    private static InputTable open(Path input) throws RefusalException {
        return TestInputs.open(input);
    }

    private void refused(String damaged, String... message) throws IOException {
        Path folder = Files.createDirectory(temp.resolve(damaged + "-folder"));
        for (String sound : new String[] {"a.parquet", "z.parquet"}) {
            Files.write(folder.resolve(sound), resource("undamaged.parquet"));
        }
        Files.write(folder.resolve(damaged), resource(damaged));
        assertThatThrownBy(() -> open(folder).checkIds())
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("file:" + folder.resolve(damaged))
                .hasMessageContainingAll(message)
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.INPUT_REFUSED);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = DamagedInputTest.class.getResourceAsStream("damage/" + name)) {
            return in.readAllBytes();
        }
    }
}
