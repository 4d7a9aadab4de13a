package io.promptmill.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A standalone Spark: a master and two workers, each a process of its own on a loopback address of its own, so that
 * Spark takes them for two hosts and lets a speculative copy of a task run beside the first. Each worker has room for
 * executors of two applications at once.
 */
final class SparkCluster implements AutoCloseable {
    private static final List<String> WORKERS = List.of("127.0.0.2", "127.0.0.3");

    /** Nobody is taken for lost where the whole machine was only halted for a while. */
    private static final String PATIENCE = "spark.worker.timeout 1800\nspark.network.timeout 1800s\n";

    /** A Worker listens for the signal that its node is to leave. */
    private static final String LEAVES = "spark.decommission.enabled true\n";

    private final Path folder;
    private final String url;
    private final Path settings;
    private final List<Process> processes = new ArrayList<>();

    SparkCluster(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.settings = Files.writeString(folder.resolve("spark.conf"), PATIENCE + LEAVES);
        int port = freePort();
        this.url = "spark://127.0.0.1:" + port;
        try {
            start("master", "127.0.0.1", "org.apache.spark.deploy.master.Master", "--port", "" + port);
            for (String host : WORKERS) {
                startWorker(host);
            }
            for (String host : WORKERS) {
                awaitWorker(host);
            }
        } catch (AssertionError | IOException | InterruptedException e) {
            close();
            throw e;
        }
    }

    /** What {@code spark-submit} is to be given to run here. */
    List<String> options() {
        return List.of("--master=" + url, "--properties-file=" + settings);
    }

    /** The master of an application that is to run here. */
    String url() {
        return url;
    }

    /** Starts one more worker, on a loopback address of its own, and waits for it. */
    void join(String host) throws IOException, InterruptedException {
        startWorker(host);
        awaitWorker(host);
    }

    /** What drivers that ran on the workers have printed. */
    String printedByDrivers() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            StringBuilder printed = new StringBuilder();
            for (Path file : files.filter(file -> file.endsWith("stderr")).toList()) {
                printed.append(Files.readString(file));
            }
            return printed.toString();
        }
    }

    /** The executors that are alive. */
    List<ProcessHandle> executors() {
        return processes.stream()
                .flatMap(process -> process.toHandle().descendants())
                .filter(process -> process.info()
                        .commandLine()
                        .orElse("")
                        .contains("org.apache.spark.executor.CoarseGrainedExecutorBackend"))
                .toList();
    }

    @Override
    public void close() {
        executors().forEach(ProcessHandle::destroyForcibly);
        processes.forEach(Process::destroyForcibly);
    }

    private void startWorker(String host) throws IOException {
        start(host, host, "org.apache.spark.deploy.worker.Worker", "--cores", "2", "--memory", "2g", url);
    }

    private void awaitWorker(String host) throws IOException, InterruptedException {
        awaitLine(folder.resolve(host + ".log"), "Successfully registered with master");
    }

    private void start(String name, String host, String main, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(
                List.of(main, "--host", host, "--webui-port", "0", "--properties-file", settings.toString()));
        all.addAll(List.of(arguments));
        processes.add(SparkProcess.start(
                host, all, Path.of("."), Files.createDirectories(folder.resolve(name)), folder.resolve(name + ".log")));
    }

    private void awaitLine(Path log, String text) throws IOException, InterruptedException {
        Process last = processes.get(processes.size() - 1);
        while (!Files.readString(log).contains(text)) {
            assertThat(last.waitFor(50, TimeUnit.MILLISECONDS))
                    .as("a worker ended")
                    .isFalse();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
