package io.promptmill.jobs.training;

import io.promptmill.jobs.lease.LeaseTicket;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Where a run writes; travels with its task.
 *
 * @param folder the model's folder with its file system
 * @param run the run's folder there
 * @param lease asked before anything is written
 * @param hadoop the driver's Hadoop settings
 */
public record RunTarget(String folder, String run, LeaseTicket lease, SerializableConfiguration hadoop)
        implements Serializable {
    /** What Hugging Face calls the file of a model's weights. */
    public static final String WEIGHTS = "model.safetensors";

    /** What was measured so far, a line a step. */
    public static final String METRICS = "metrics.jsonl";

    /** What the model gave so far when it was looked at, a line a text. */
    public static final String SAMPLES = "samples.jsonl";

    /** The folder, opened anew. */
    OutputFiles files() throws IOException {
        return new OutputFiles(folder, hadoop.value());
    }

    /** The checkpoints of the run. */
    RunCheckpoints checkpoints() throws IOException {
        return new RunCheckpoints(files(), lease, run);
    }

    /** What is told of the run while it trains. */
    RunMetrics metrics() throws IOException {
        return new RunMetrics(files(), lease, run, System::nanoTime);
    }

    /** The name of the weights that the training ends with, until they are those of a version. */
    public String weights() {
        return run + "/" + WEIGHTS;
    }
}
