package io.promptmill.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in {@code conf/} that users copy. */
class ShippedConfTest {
    private static final Path CONF = Path.of("..", "conf");

    @ParameterizedTest
    @MethodSource("files")
    void every_key_has_a_comment_above_it(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(0)).startsWith("# ");
        long keys = 0;
        for (int i = 1; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.isBlank() && !line.startsWith("#")) {
                keys++;
                assertThat(lines.get(i - 1)).as("the line above %s", line).startsWith("# ");
            }
        }
        assertThat(keys).isPositive();
    }

    @ParameterizedTest
    @MethodSource("sparkFiles")
    void every_key_of_spark_begins_with_spark_and_has_a_value(Path file) throws IOException {
        assertThat(Files.readAllLines(file))
                .filteredOn(line -> !line.isBlank() && !line.startsWith("#"))
                .allMatch(line -> line.matches("spark\\.[A-Za-z._]+ +\\S+"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"spark-standalone.conf", "spark-yarn.conf", "spark-kubernetes.conf"})
    void the_formula_of_native_memory_stands_beside_the_setting(String name) throws IOException {
        assertThat(Files.readString(CONF.resolve(name)))
                .containsPattern("#   overhead = libtorch 1 GiB \\+ 2 x weights \\+ cores x slots x tokens x bytes per"
                        + " token\n(#.*\n)+spark\\.executor\\.memoryOverhead +5g\n");
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(CONF)) {
            return files.filter(file -> file.toString().matches(".*\\.(conf|properties)"))
                    .sorted()
                    .toList();
        }
    }

    static List<Path> sparkFiles() throws IOException {
        return files().stream()
                .filter(file -> file.toString().endsWith(".conf"))
                .toList();
    }
}
