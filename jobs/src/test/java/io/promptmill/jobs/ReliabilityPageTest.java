package io.promptmill.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of promises names tests that exist, and has an answer to each promise. */
class ReliabilityPageTest {
    private static final Path PAGE = Path.of("..", ".github", "RELIABILITY.md");
    private static final Pattern TEST_CLASS = Pattern.compile("`(\\w+(?:Test|IT))`");

    @Test
    void everyTestThatThePageNamesExists() throws IOException {
        Set<String> named = TEST_CLASS
                .matcher(Files.readString(PAGE))
                .results()
                .map(match -> match.group(1) + ".java")
                .collect(Collectors.toSet());
        assertThat(named).hasSizeGreaterThan(30);
        Set<String> existing = Stream.concat(tests("udf"), tests("jobs")).collect(Collectors.toSet());
        assertThat(existing).containsAll(named);
    }

    @Test
    void everyPromiseNamesATestOrSaysThatNoneHoldsIt() throws IOException {
        assertThat(Files.readAllLines(PAGE))
                .filteredOn(line -> line.startsWith("| ") && !line.startsWith("| promise "))
                .hasSizeGreaterThan(40)
                .allSatisfy(line -> assertThat(line).containsPattern("`\\w+(Test|IT)`|Not held yet: "));
    }

    private static Stream<String> tests(String module) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test", "java"))) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }
}
