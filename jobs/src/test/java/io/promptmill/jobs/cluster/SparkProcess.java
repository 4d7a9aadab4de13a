package io.promptmill.jobs.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts programs of Spark, {@code spark-submit} among them, as processes of their own. */
public final class SparkProcess {
    private static final Path SPARK_HOME = Path.of(System.getProperty("promptmill.spark-home"));

    /** Options for JVMs that live for seconds; those with Spark's own class path find its classes loaded. */
    public static final String QUICK_START = System.getProperty("promptmill.quick-start");

    /**
     * Starts a program, and kills it once this JVM has gone, however it went: the pipe between them is closed then. It
     * is closed as well when the program has ended, before its number can belong to another.
     */
    private static final String NO_ORPHAN =
            "exec 3<&0 </dev/null; (cat <&3; kill -KILL $$) >/dev/null 2>&1 & exec \"$@\" 3<&-";

    private SparkProcess() {}

    /**
     * Starts one.
     *
     * @param address the loopback address it binds to
     * @param arguments the main class and what it is given
     * @param folder where the executors it starts work
     * @param console takes what it prints
     */
    static Process start(String address, List<String> arguments, Path directory, Path folder, Path console)
            throws IOException {
        return start(address, arguments, directory, folder, console, Map.of());
    }

    /**
     * Starts one.
     *
     * @param environment beside that of this JVM
     */
    static Process start(
            String address,
            List<String> arguments,
            Path directory,
            Path folder,
            Path console,
            Map<String, String> environment)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", NO_ORPHAN, "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(System.getProperty("promptmill.spark-jvm-options").split(" ")));
        command.addAll(List.of(QUICK_START.split(" ")));
        String classPath =
                SPARK_HOME.resolve("conf") + File.pathSeparator + SPARK_HOME.resolve("jars") + File.separator + "*";
        String hadoop = environment.get("HADOOP_CONF_DIR"); // which spark-submit's script puts there, too
        command.addAll(List.of("-Xmx1g", "-cp", hadoop == null ? classPath : classPath + File.pathSeparator + hadoop));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(console.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("SPARK_HOME", SPARK_HOME.toString());
        builder.environment().put("SPARK_LOCAL_IP", address);
        builder.environment().put("SPARK_WORKER_DIR", folder.toString());
        return builder.start();
    }
}
