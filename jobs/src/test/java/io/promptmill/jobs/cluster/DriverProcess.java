package io.promptmill.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A driver in a process of its own, with Spark inside it and a heap of 1 GB: the jar, as {@code spark-submit} starts it.
 *
 * @param exitCode how it ended
 * @param console all that it printed
 */
public record DriverProcess(int exitCode, String console) {
    /**
     * Runs one to its end.
     *
     * @param sparkOptions of {@code spark-submit}, the master among them
     * @param folder for what it prints
     * @param arguments of Promptmill
     */
    public static DriverProcess run(List<String> sparkOptions, Path folder, String... arguments)
            throws IOException, InterruptedException {
        Path console = folder.resolve("console.txt");
        List<String> command =
                new ArrayList<>(List.of("org.apache.spark.deploy.SparkSubmit", "--conf=spark.ui.enabled=false"));
        command.addAll(sparkOptions);
        command.add(System.getProperty("promptmill.jar"));
        command.addAll(List.of(arguments));
        Process process = SparkProcess.start("127.0.0.1", command, Path.of("."), folder.resolve("work"), console);
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ended in time").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new DriverProcess(process.exitValue(), Files.readString(console));
    }
}
