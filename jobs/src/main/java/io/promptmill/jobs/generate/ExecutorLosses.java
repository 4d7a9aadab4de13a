package io.promptmill.jobs.generate;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.FetchFailed;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Counts the executors that ended while they computed a chunk, during one Spark job: Spark itself tells no more than the
 * number of a task. Thread-safe.
 */
final class ExecutorLosses extends SparkListener {
    private static final String COMPUTES_A_CHUNK = "ResultTask";
    private static final long PATIENCE_SECONDS = 10;

    private final ChunkPartitioner partitions;
    private final Map<Integer, Integer> lossesOfChunks = new TreeMap<>();
    private final CountDownLatch jobEnded = new CountDownLatch(1);
    private String lastReason = "";

    ExecutorLosses(ChunkPartitioner partitions) {
        this.partitions = partitions;
    }

    /**
     * Whether Spark may have given a job up because executors ended: those of one task too often, or so many that what they
     * had shuffled was missing too often.
     */
    static boolean mayBeWhy(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains(ExecutorLostFailure.class.getSimpleName())
                || message.contains(FetchFailed.class.getSimpleName());
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
        if (end.taskType().equals(COMPUTES_A_CHUNK)
                && end.reason() instanceof ExecutorLostFailure lost
                && lost.exitCausedByApp()) {
            lossesOfChunks.merge(partitions.chunk(end.taskInfo().partitionId()), 1, Integer::sum);
            lastReason = lost.reason().isDefined()
                    ? lost.reason().get().lines().findFirst().orElse("")
                    : "";
        }
    }

    @Override
    public void onJobEnd(SparkListenerJobEnd end) {
        jobEnded.countDown();
    }

    /**
     * The most executors that one chunk has lost, once the job is over. A chunk beside it in the same executors may have
     * lost as many.
     */
    Most most() {
        try {
            // Listeners are told a little later than the caller of the job.
            boolean unused = jobEnded.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            int times = lossesOfChunks.values().stream()
                    .mapToInt(losses -> losses)
                    .max()
                    .orElse(0);
            return new Most(
                    lossesOfChunks.keySet().stream()
                            .filter(chunk -> lossesOfChunks.get(chunk) == times)
                            .toList(),
                    times,
                    lastReason);
        }
    }

    /**
     * Chunks and how often they lost their executor.
     *
     * @param chunks their numbers, ascending
     * @param times the same for each
     * @param reason how Spark says the last executor ended
     */
    record Most(List<Integer> chunks, int times, String reason) {}
}
