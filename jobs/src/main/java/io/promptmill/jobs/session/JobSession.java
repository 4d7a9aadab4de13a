package io.promptmill.jobs.session;

import io.promptmill.files.WorkFolder;
import io.promptmill.jobs.command.Console;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;

/** Spark for one command: as {@code spark-submit} has set it, or embedded on all cores of this machine. Immutable. */
public final class JobSession {
    private final String mainClass;
    private final boolean hive;

    /**
     * A Spark that has not been started.
     *
     * @param mainClass the name of the main class: spark-submit names applications after it or, without {@code --class},
     *     after its jar, unless the user does
     */
    public JobSession(String mainClass) {
        this(mainClass, false);
    }

    private JobSession(String mainClass, boolean hive) {
        this.mainClass = mainClass;
        this.hive = hive;
    }

    /** This Spark, which knows Hive's tables where its distribution has Hive and a metastore is named. */
    public JobSession withHive() {
        return new JobSession(mainClass, true);
    }

    /** What a command does with Spark. */
    @FunctionalInterface
    public interface Work {
        /**
         * Does it.
         *
         * @param interrupted whether the process was asked to end, asked after a failure
         */
        ExitCode run(SparkSession session, BooleanSupplier interrupted) throws RefusalException, IOException;
    }

    /**
     * Starts Spark, lets a command do its work, tells how that failed, and stops Spark.
     *
     * @param what runs, in a few words: the name of an application that the user does not name, and of its jobs
     */
    public ExitCode run(Console console, String what, Work work) {
        SparkSession session = start("promptmill " + what);
        session.sparkContext().setJobDescription(what);
        holdFolders(session.sparkContext().env());
        Interruption interruption = Interruption.watch(session.sparkContext());
        ExitCode code = ExitCode.OTHER_FAILURE;
        try {
            code = work.run(session, interruption::requested);
            return code;
        } catch (Throwable e) { // libraries throw errors for what the JVM survives
            code = console.tell(e); // told before the process may end
            return code;
        } finally {
            session.stop();
            interruption.runEnded(code);
        }
    }

    /** Spark deletes its folders itself, but not where it is killed. */
    private static void holdFolders(SparkEnv env) {
        Arrays.stream(env.blockManager().diskBlockManager().localDirs())
                .map(File::toPath)
                .forEach(WorkFolder::hold);
        if (env.driverTmpDir().isDefined()) {
            WorkFolder.hold(Path.of(env.driverTmpDir().get()).getParent());
        }
    }

    private SparkSession start(String name) {
        SparkConf conf = new SparkConf();
        if (!conf.contains("spark.master")) {
            conf.setMaster("local[*]");
            conf.setIfMissing("spark.ui.enabled", "false");
        }
        conf.setIfMissing("spark.executor.heartbeatInterval", "5s"); // heartbeats carry the progress
        // Nearly all that is broadcast are weights, which do not compress and carry a digest of their own.
        conf.setIfMissing("spark.broadcast.compress", "false");
        conf.setIfMissing("spark.broadcast.checksum", "false");
        conf.setIfMissing("spark.broadcast.blockSize", "16m");
        if (hive && namesMetastore(conf) && hasHive()) {
            conf.setIfMissing("spark.sql.catalogImplementation", "hive");
        }
        String given = conf.get("spark.app.name", mainClass);
        if (given.equals(mainClass) || given.endsWith(".jar")) { // so spark-submit names what nobody does
            conf.setAppName(name);
        }
        return SparkSession.builder().config(conf).getOrCreate();
    }

    /** Without one Hive makes a database in the working folder, for one process alone. */
    private static boolean namesMetastore(SparkConf conf) {
        return Thread.currentThread().getContextClassLoader().getResource("hive-site.xml") != null
                || conf.contains("spark.hadoop.hive.metastore.uris")
                || conf.contains("spark.hadoop.javax.jdo.option.ConnectionURL");
    }

    /** By the classes that Spark itself looks for. */
    private static boolean hasHive() {
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            Class.forName("org.apache.spark.sql.hive.HiveSessionStateBuilder", false, loader);
            Class.forName("org.apache.hadoop.hive.conf.HiveConf", false, loader);
            return true;
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            return false;
        }
    }
}
