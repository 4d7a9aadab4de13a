package io.promptmill.jobs.finetune;

import io.promptmill.jobs.lease.Lease;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.training.RunTarget;
import java.io.IOException;
import java.util.Map;

/**
 * The folder of one run. Its plan and its checkpoints are written once; records of the run are replaced as the run goes on, by
 * the driver that holds the model's folder, and what was measured by its task, too.
 *
 * @param files of the model's folder
 * @param path of this folder there
 * @param plan what the run is to do
 */
record RunFolder(OutputFiles files, String path, PlannedRun plan) {
    static final String RUN = "run.json";
    static final String METRICS = RunTarget.METRICS;
    static final String SAMPLES = RunTarget.SAMPLES;

    /** Writes the plan, unless it is there. */
    void begin() throws IOException {
        if (!files.writeIfAbsent(path + "/" + PlannedRun.FILE, plan.json())) {
            throw new IOException(files.path(path) + " has another plan");
        }
    }

    /** Writes these files over those of the same names. */
    void replace(Lease lease, Map<String, byte[]> records) throws IOException {
        for (Map.Entry<String, byte[]> record : records.entrySet()) {
            lease.check();
            files.replace(path + "/" + record.getKey(), record.getValue());
        }
    }
}
