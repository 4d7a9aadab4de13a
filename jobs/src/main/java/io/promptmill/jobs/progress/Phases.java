package io.promptmill.jobs.progress;

import java.io.PrintStream;
import org.apache.spark.SparkContext;

/**
 * Tells what a run is at: by a line on the console, and by the description of the Spark jobs that it starts until the next
 * phase. Used by the thread that starts the jobs; closed by whoever made it.
 */
public final class Phases implements AutoCloseable {
    private static final String DESCRIPTION = "spark.job.description";

    private final SparkContext spark;
    private final String run;
    private final PrintStream err;
    private final String before;

    /**
     * No phase yet.
     *
     * @param run what runs, in a few words
     */
    public Phases(SparkContext spark, String run, PrintStream err) {
        this.spark = spark;
        this.run = run;
        this.err = err;
        this.before = spark.getLocalProperty(DESCRIPTION);
    }

    /**
     * The next phase begins.
     *
     * @param doing in words, such as {@code compiling the model}
     */
    public void begin(String doing) {
        spark.setJobDescription(run + ": " + doing);
        err.println(TimedLine.now(doing));
    }

    /** Where progress is shown. */
    public PrintStream err() {
        return err;
    }

    @Override
    public void close() {
        spark.setJobDescription(before);
    }
}
