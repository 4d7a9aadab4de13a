package io.promptmill.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.apache.hadoop.yarn.server.resourcemanager.rmapp.RMApp;
import org.apache.hadoop.yarn.server.resourcemanager.scheduler.fifo.FifoScheduler;

/** A YARN: ResourceManager and one NodeManager in this JVM, which starts containers as processes and counts no memory. */
final class SmallYarn implements AutoCloseable {
    private final Path folder;
    private final MiniYARNCluster cluster;

    /**
     * Starts it.
     *
     * @param folder for its settings and what is staged for applications
     */
    SmallYarn(Path folder) throws IOException, InterruptedException, YarnException {
        this.folder = folder;
        YarnConfiguration conf = new YarnConfiguration();
        conf.set(YarnConfiguration.RM_SCHEDULER, FifoScheduler.class.getName()); // no queues to set
        conf.setLong(YarnConfiguration.RM_NM_HEARTBEAT_INTERVAL_MS, 100); // a container starts at one
        conf.setInt(YarnConfiguration.YARN_MINICLUSTER_NM_PMEM_MB, 64 << 10);
        conf.setInt(YarnConfiguration.RM_SCHEDULER_MAXIMUM_ALLOCATION_MB, 16 << 10);
        conf.setBoolean(YarnConfiguration.NM_PMEM_CHECK_ENABLED, false);
        conf.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
        conf.setInt(YarnConfiguration.NM_MAX_PER_DISK_UTILIZATION_PERCENTAGE, 100);
        conf.set(YarnConfiguration.YARN_APPLICATION_CLASSPATH, ""); // all of Hadoop is among the jars of Spark
        cluster = new MiniYARNCluster("small-yarn", 1, 1, 1); // below target/
        cluster.init(conf);
        cluster.start();
        assertThat(cluster.waitForNodeManagersToConnect(60_000)).as("a node").isTrue(); // addresses are known by then
        try (Writer writer = Files.newBufferedWriter(folder.resolve("yarn-site.xml"))) {
            cluster.getConfig().writeXml(writer);
        }
    }

    /** Where {@code spark-submit} finds it. */
    Map<String, String> environment() {
        return Map.of("HADOOP_CONF_DIR", folder.toString());
    }

    /** What {@code spark-submit} is to be given for a driver that runs here, in a container. */
    List<String> options() {
        String java = System.getProperty("java.home");
        Path jars = Path.of(System.getProperty("promptmill.spark-home"), "jars", "*");
        List<String> options = new ArrayList<>(List.of("--deploy-mode", "cluster"));
        for (String setting : List.of(
                "spark.yarn.jars=local:" + jars,
                "spark.yarn.stagingDir=" + folder.toUri(),
                "spark.yarn.appMasterEnv.JAVA_HOME=" + java,
                "spark.executorEnv.JAVA_HOME=" + java,
                "spark.driver.extraJavaOptions=" + SparkProcess.QUICK_START,
                "spark.executor.extraJavaOptions=" + SparkProcess.QUICK_START,
                "spark.ui.enabled=false")) { // it needs the filter of YARN's web proxy, a jar of its own
            options.addAll(List.of("--conf", setting));
        }
        return options;
    }

    /** The containers of an application, by the folders of their logs: the driver's and those of its executors. */
    List<Path> containers(String name) throws IOException {
        String id = application(name).getApplicationId().toString();
        try (Stream<Path> files = Files.walk(cluster.getTestWorkDir().toPath())) {
            return files.filter(file -> file.endsWith("stderr"))
                    .map(Path::getParent)
                    .filter(container -> container.getParent().endsWith(id))
                    .toList();
        }
    }

    /** The application of this name. */
    RMApp application(String name) {
        return cluster.getResourceManager().getRMContext().getRMApps().values().stream()
                .filter(application -> application.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        cluster.stop();
    }
}
