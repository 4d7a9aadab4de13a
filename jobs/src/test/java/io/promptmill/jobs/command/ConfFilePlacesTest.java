package io.promptmill.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfFilePlacesTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void writeFile() throws IOException {
        Path spaced = Files.createDirectory(folder.resolve("my conf"));
        file = Files.writeString(spaced.resolve("a night.properties"), "seed=3");
    }

    @Test
    void aPathWithoutASchemeIsOnTheDriversDisk() throws IOException {
        assertThat(read(new SparkConf(false), file.toString())).isEqualTo("seed=3");
    }

    @Test
    void aPathWithASchemeIsOnThatFileSystem() throws IOException {
        assertThat(read(new SparkConf(false), "file://" + file)).isEqualTo("seed=3");
        assertThatThrownBy(() -> read(new SparkConf(false), "nowhere:///night.properties"))
                .hasMessageContaining("No FileSystem for scheme \"nowhere\"");
    }

    @Test
    void aNameIsThatOfAFileThatSparkSubmitWasGiven() throws IOException {
        Path other = Files.writeString(folder.resolve("other.properties"), "seed=4");
        String both = other.toUri() + "," + file.toUri();
        assertThat(read(new SparkConf(false).set("spark.files", both), "a night.properties"))
                .isEqualTo("seed=3");
        assertThat(read(new SparkConf(false).set("spark.yarn.dist.files", both), "other.properties"))
                .isEqualTo("seed=4");
        assertThat(read(new SparkConf(false).set("spark.files", file.toUri() + "#tonight"), "tonight"))
                .isEqualTo("seed=3");
        assertThat(read(new SparkConf(false).set("spark.files", file.toString()), "a night.properties"))
                .as("as somebody has set it")
                .isEqualTo("seed=3");
    }

    /** As inputs and models are. */
    @Test
    void whatIsNotOnTheDriversDiskIsLookedForOnTheDefaultFileSystem() throws IOException {
        SparkConf spark = new SparkConf(false)
                .set("spark.hadoop.fs.defaultFS", "viewfs://cluster/")
                .set(
                        "spark.hadoop.fs.viewfs.mounttable.cluster.link./conf",
                        folder.toUri().toString());
        assertThat(read(spark, "/conf/my conf/a night.properties")).isEqualTo("seed=3");
    }

    @Test
    void aFileThatIsNowhereIsToldWithThePlaces() {
        assertThatThrownBy(() -> read(new SparkConf(false), "none.properties"))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageStartingWith("it is neither on the driver's disk nor among --files, nor is there file:")
                .hasMessageEndingWith("/none.properties");
    }

    @Test
    void bytesThatAreNotUtf8AreNoText() throws IOException {
        Files.write(file, new byte[] {'a', '=', (byte) 0xe9, '\n'});
        assertThatThrownBy(() -> read(new SparkConf(false), file.toString()))
                .isInstanceOf(MalformedInputException.class);
    }

    private static String read(SparkConf spark, String name) throws IOException {
        try (BufferedReader reader = new BufferedReader(new ConfFilePlaces(spark).open(name))) {
            return reader.readLine();
        }
    }
}
