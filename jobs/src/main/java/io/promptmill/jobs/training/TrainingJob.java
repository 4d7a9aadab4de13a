package io.promptmill.jobs.training;

import io.promptmill.jobs.progress.ProgressDisplay;
import io.promptmill.jobs.tokens.TokenRow;
import java.io.PrintStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** The Spark job that trains: all rows are brought to one task. */
public final class TrainingJob {
    private final JavaSparkContext spark;
    private final PrintStream err;

    /** A job on a Spark that the caller stops; progress goes to {@code err}. */
    public TrainingJob(JavaSparkContext spark, PrintStream err) {
        this.spark = spark;
        this.err = err;
    }

    /** What makes the task once there are counters for it. */
    public interface TaskFactory {
        TrainingTask task(LiveProgress progress);
    }

    /**
     * Trains to the end.
     *
     * @param rows to train on, in one partition
     * @param heldOut held-out rows, in one partition; none where nothing is held out
     *
     * @param stepsLeft for the progress display
     */
    public TrainingEnd run(JavaRDD<TokenRow> rows, JavaRDD<TokenRow> heldOut, TaskFactory factory, long stepsLeft) {
        StepListener listener = new StepListener();
        spark.sc().addSparkListener(listener);
        ProgressDisplay display = ProgressDisplay.start("finetune", "step", stepsLeft, listener::shown, err);
        try {
            TrainingTask task = factory.task(LiveProgress.register(spark.sc()));
            return rows.zipPartitions(heldOut, task).collect().get(0);
        } finally {
            display.close();
            spark.sc().removeSparkListener(listener);
        }
    }
}
