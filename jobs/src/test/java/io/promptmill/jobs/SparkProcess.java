package io.promptmill.jobs;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts programs of Spark, {@code spark-submit} among them, as processes of their own. */
final class SparkProcess {
    private static final Path SPARK_HOME = Path.of(System.getProperty("promptmill.spark-home"));

    /** For JVMs that live for seconds. */
    static final String QUICK_START = "-XX:TieredStopAtLevel=1";

    private SparkProcess() {}

    /**
     * Starts one.
     *
     * @param address the loopback address it binds to
     * @param classPath in front of Spark's jars
     * @param arguments the main class and what it is given
     * @param folder where the executors it starts work
     * @param console takes what it prints
     */
    static Process start(
            String address, List<String> classPath, List<String> arguments, Path directory, Path folder, Path console)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(System.getProperty("promptmill.spark-jvm-options").split(" ")));
        List<String> fullClassPath = new ArrayList<>(classPath);
        fullClassPath.add(SPARK_HOME.resolve("jars") + File.separator + "*");
        command.addAll(List.of("-Xmx1g", QUICK_START, "-cp", String.join(File.pathSeparator, fullClassPath)));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(console.toFile());
        builder.environment().put("SPARK_HOME", SPARK_HOME.toString());
        builder.environment().put("SPARK_LOCAL_IP", address);
        builder.environment().put("SPARK_SCALA_VERSION", "2.12");
        builder.environment().put("SPARK_WORKER_DIR", folder.toString());
        return builder.start();
    }
}
