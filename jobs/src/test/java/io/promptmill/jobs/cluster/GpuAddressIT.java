package io.promptmill.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.spark.executor.RequestedDevice;
import io.promptmill.spark.executor.TaskDevice;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Properties;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

/** The way of a GPU's address: nvidia-smi, the discovery script in conf/, a Worker, an executor, a task. */
final class GpuAddressIT {
    private static final Path CONF = HeaderCommand.PROJECT.resolve("conf");
    private static final Path SCRIPT = CONF.resolve("gpu-discovery.sh");

    @Test
    void theDiscoveryScriptNamesAllGpusOfANode(@TempDir Path folder) throws Exception {
        assertThat(printed(discovery(folder, "0\\n1\\n10\\n")))
                .isEqualTo("{\"name\": \"gpu\", \"addresses\": [\"0\",\"1\",\"10\"]}\n");
    }

    /** With the settings in conf/, but for places and sizes. */
    @Test
    void aTaskSeesTheGpuThatTheScriptFound(@TempDir Path folder) throws Exception {
        Option<SparkSession> running = SparkSession.getDefaultSession();
        if (running.isDefined()) {
            running.get().stop();
        }
        SparkConf conf = new SparkConf();
        settings().forEach((key, value) -> conf.set((String) key, (String) value));
        conf.setMaster("local-cluster[1,1,512]")
                .setAppName("gpu")
                .set("spark.ui.enabled", "false")
                .set("spark.executor.memory", "512m")
                .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .set("spark.worker.resource.gpu.amount", "1")
                .set(
                        "spark.worker.resource.gpu.discoveryScript",
                        discovery(folder, "3\\n").toString());
        try (JavaSparkContext spark = new JavaSparkContext(conf)) {
            assertThat(spark.parallelize(List.of(RequestedDevice.AUTO, RequestedDevice.GPU, RequestedDevice.CPU), 1)
                            .map(TaskDevice::of)
                            .collect())
                    .containsExactly("gpu:3", "gpu:3", "cpu");
        }
    }

    private static Properties settings() throws IOException {
        Properties settings = new Properties();
        try (Reader reader = Files.newBufferedReader(CONF.resolve("spark-gpu.conf"))) {
            settings.load(reader);
        }
        return settings;
    }

    /** The script in conf/ on a node whose nvidia-smi prints these lines. */
    private static Path discovery(Path folder, String lines) throws IOException {
        executable(folder.resolve("nvidia-smi"), "printf '" + lines + "'");
        return executable(folder.resolve("discovery.sh"), "PATH='" + folder + "':$PATH exec sh '" + SCRIPT + "'");
    }

    private static Path executable(Path file, String command) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + command + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String printed(Path script) throws IOException {
        return new String(
                new ProcessBuilder(script.toString()).start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
