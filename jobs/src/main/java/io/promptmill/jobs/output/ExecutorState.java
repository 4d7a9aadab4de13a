package io.promptmill.jobs.output;

import io.promptmill.model.CpuCapability;
import java.io.Serializable;
import org.apache.spark.SparkEnv;

/**
 * Where a task ran.
 *
 * @param id the executor's id
 * @param modelLoads models that the executor had loaded by the end of the task
 * @param cpuCapability {@link CpuCapability} of its machine
 */
public record ExecutorState(String id, long modelLoads, String cpuCapability) implements Serializable {
    /** That of the task on this thread. */
    public static ExecutorState here(long modelLoads) {
        return new ExecutorState(SparkEnv.get().executorId(), modelLoads, CpuCapability.ofThisMachine());
    }
}
