package io.promptmill.jobs.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The {@code spark-submit} in the first lines of a file of {@code conf/}, as it stands there.
 *
 * @param options of {@code spark-submit}; paths are seen from the project's folder
 * @param jar as it is written there
 */
record HeaderCommand(List<String> options, String jar) {
    /** What the paths of these commands start from. */
    static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern COMMAND =
            Pattern.compile("spark-submit (\\S.*?) (\\S*promptmill\\.jar) generate \\.\\.\\.");

    /** The settings below those lines. */
    static Map<String, String> settings(String file) throws IOException {
        return Files.readAllLines(PROJECT.resolve("conf").resolve(file)).stream()
                .filter(line -> line.startsWith("spark."))
                .map(line -> line.split(" +", 2))
                .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
    }

    static HeaderCommand of(String file) throws IOException {
        String header = Files.readAllLines(PROJECT.resolve("conf").resolve(file)).stream()
                .takeWhile(line -> line.startsWith("#"))
                .collect(Collectors.joining("\n"));
        Matcher command = COMMAND.matcher(header);
        if (!command.find()) {
            throw new AssertionError("no command in the first lines of " + file);
        }
        return new HeaderCommand(List.of(command.group(1).split(" ")), command.group(2));
    }
}
