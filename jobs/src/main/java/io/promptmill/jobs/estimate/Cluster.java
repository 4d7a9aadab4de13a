package io.promptmill.jobs.estimate;

import org.apache.spark.SparkContext;

/**
 * What computes a run.
 *
 * @param executors that are there
 * @param tasks that they compute at the same time
 * @param dynamicAllocation whether Spark may have more or fewer executors while the run goes on
 */
public record Cluster(int executors, int tasks, boolean dynamicAllocation) {

    /** What a Spark has now; once a job has run, it has waited for its executors as it does for those of a run. */
    static Cluster of(SparkContext spark) {
        int tasks = spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
        int processes = spark.statusTracker().getExecutorInfos().length; // the driver is one of them
        return new Cluster(
                spark.isLocal() ? 1 : Math.max(1, processes - 1),
                Math.max(1, tasks),
                spark.getConf().getBoolean("spark.dynamicAllocation.enabled", false));
    }
}
