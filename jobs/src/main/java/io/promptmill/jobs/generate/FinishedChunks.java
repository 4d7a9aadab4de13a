package io.promptmill.jobs.generate;

import io.promptmill.jobs.output.ChunkCounts;
import io.promptmill.jobs.output.ChunkReport;
import io.promptmill.jobs.progress.RejectedLimit;
import io.promptmill.spark.seam.ScalaCollections;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Function1;
import scala.Function2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * The reports of a run's finished chunks, each once, as soon as it is there. Where more of their prompts are rejected than
 * may be, the Spark job is cancelled. Thread-safe.
 */
final class FinishedChunks {
    private final JavaSparkContext spark;
    private final RejectedLimit limit;
    private final Consumer<List<ChunkReport>> observer;
    private final List<ChunkReport> reports;
    private long rejected;
    private boolean stopped;

    /** Those that are done, to which those of a job on that Spark come; {@code observer} is told of each of the latter. */
    FinishedChunks(
            JavaSparkContext spark, RejectedLimit limit, List<ChunkReport> done, Consumer<List<ChunkReport>> observer) {
        this.spark = spark;
        this.limit = limit;
        this.observer = observer;
        this.reports = new ArrayList<>(done);
        this.rejected = ChunkCounts.sum(done).rejected();
    }

    /** Computes all partitions; a cancelled or failed job throws. */
    void collect(JavaRDD<ChunkReport> chunks) {
        Function1<scala.collection.Iterator<ChunkReport>, List<ChunkReport>> inTask =
                (Function1<scala.collection.Iterator<ChunkReport>, List<ChunkReport>> & Serializable)
                        ScalaCollections::javaList;
        Function2<Object, List<ChunkReport>, BoxedUnit> onDriver = (partition, computed) -> {
            add(computed);
            return BoxedUnit.UNIT;
        };
        ClassTag<List<ChunkReport>> type = ClassTag$.MODULE$.apply(List.class);
        spark.sc().runJob(chunks.rdd(), inTask, onDriver, type);
    }

    /** Whether the job was cancelled for too many rejected prompts. */
    synchronized boolean stopped() {
        return stopped;
    }

    /** All that are known so far. */
    synchronized List<ChunkReport> reports() {
        return List.copyOf(reports);
    }

    private synchronized void add(List<ChunkReport> computed) {
        reports.addAll(computed);
        observer.accept(computed);
        rejected += ChunkCounts.sum(computed).rejected();
        if (!stopped && limit.isPassed(rejected)) {
            stopped = true;
            spark.cancelAllJobs();
        }
    }
}
