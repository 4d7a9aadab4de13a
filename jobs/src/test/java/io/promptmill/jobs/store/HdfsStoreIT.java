package io.promptmill.jobs.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A real HDFS inside this JVM: a name node and a data node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HdfsStoreIT extends StoreContract {
    private MiniDFSCluster cluster;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Configuration configuration = new Configuration();
        configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toString());
        cluster = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
        cluster.waitClusterUp();
    }

    @AfterAll
    void stop() {
        cluster.shutdown();
    }

    @Override
    String newFolder() {
        return cluster.getURI() + "/" + UUID.randomUUID() + "/out";
    }

    @Override
    Configuration hadoop() {
        return new Configuration();
    }
}
