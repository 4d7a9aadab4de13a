package io.promptmill.jobs.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The PySpark that is installed for the tests, with the Spark that it brings; its programs run in one folder. */
final class PySpark {
    static final String JAR = System.getProperty("promptmill.jar");

    private static final Path HOME = Path.of(System.getProperty("promptmill.pyspark"));

    private final Path folder;

    PySpark(Path folder) {
        this.folder = folder;
    }

    /**
     * What one of the programs of its {@code bin} prints, which has to end well and without a Python error.
     *
     * @param input its standard input
     * @param environment what it has beside this process's
     */
    String run(List<String> command, String input, Map<String, String> environment)
            throws IOException, InterruptedException {
        File in = Files.writeString(folder.resolve("in.txt"), input).toFile();
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        List<String> words = new ArrayList<>(command);
        words.set(0, HOME.resolve("bin").resolve(command.get(0)).toString());
        ProcessBuilder process = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectInput(in)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        process.environment().put("PATH", HOME.resolve("bin") + File.pathSeparator + System.getenv("PATH"));
        process.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        // Of the Spark in this JVM.
        process.environment().keySet().removeAll(List.of("SPARK_HOME", "SPARK_SCALA_VERSION", "SPARK_WORKER_DIR"));
        process.environment().putAll(environment);
        int code = process.start().waitFor();
        String printed = Files.readString(out);
        assertThat(code).as("%s: %s%s", command, printed, Files.readString(err)).isZero();
        assertThat(Files.readString(err)).doesNotContain("Traceback");
        return printed;
    }
}
