package io.promptmill.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A driver in a process of its own, with Spark inside it.
 *
 * @param exitCode how it ended
 * @param console all that it printed
 */
record DriverProcess(int exitCode, String console) {
    /**
     * Runs one to its end.
     *
     * @param jvmOptions the master among them
     * @param folder for what it prints
     * @param arguments of Promptmill
     */
    static DriverProcess run(List<String> jvmOptions, Path folder, String... arguments)
            throws IOException, InterruptedException {
        Path console = folder.resolve("console.txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(System.getProperty("promptmill.spark-jvm-options").split(" ")));
        command.addAll(jvmOptions);
        command.addAll(List.of(
                "-Dspark.ui.enabled=false", "-cp", System.getProperty("java.class.path"), Promptmill.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(new File("."))
                .redirectErrorStream(true)
                .redirectOutput(console.toFile())
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ended in time").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new DriverProcess(process.exitValue(), Files.readString(console));
    }
}
