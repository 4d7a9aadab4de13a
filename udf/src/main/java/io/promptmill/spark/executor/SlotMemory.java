package io.promptmill.spark.executor;

import io.promptmill.family.ModelShape;
import io.promptmill.generation.EngineSettings;
import java.lang.management.ManagementFactory;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.JavaUtils;

/**
 * The memory outside the heap that an executor's slots share: {@code slots = (overhead - libtorch - weights) / tasks /
 * bytes of a slot}. The files in {@code conf/} say the same the other way round, as {@link #overheadFor} does.
 *
 * @param overheadBytes memory of an executor outside its heap
 * @param tasks tasks of an executor at the same time, at least 1; each has slots of its own
 * @param weightBytes what the model takes once, shared by all tasks
 * @param slotBytes what a slot takes
 */
public record SlotMemory(long overheadBytes, int tasks, long weightBytes, long slotBytes) {
    private static final String OVERHEAD = "spark.executor.memoryOverhead";
    private static final String MASTER = "spark.master";
    private static final long MIB = 1 << 20;
    private static final long UNLIMITED = 1L << 50;

    /** Cluster managers that end an executor which takes more than it was given; others count the heap only. */
    private static final Pattern LIMITING = Pattern.compile("yarn|k8s:.*");

    /** A round allowance for libtorch, the tokenizer and Java's own native memory; an estimate, not a measurement. */
    private static final long LIBTORCH_BYTES = 300 * MIB;

    /** Rows of logits that are alive at once while a token is chosen: logits, softmax and their processed forms. */
    private static final int LOGITS_ROWS = 4;

    /** Spark's own rule where nothing is set ({@code spark.executor.memoryOverheadFactor}, and its least). */
    private static final double DEFAULT_FACTOR = 0.1;

    private static final long DEFAULT_LEAST = 384 * MIB;

    /**
     * What a session's executors have.
     *
     * @param weightBytes what the model takes once it is loaded ({@link io.promptmill.compile.LoadedWeights})
     * @param positions tokens a slot must hold at most: the longest prompt with its new tokens
     */
    public static SlotMemory of(SparkConf conf, ModelShape model, long weightBytes, int positions) {
        // Keys and values of a token in every layer, and its id in the history.
        long token = model.cachedNumbers() * Float.BYTES + Long.BYTES;
        long slot =
                Math.min(positions, model.positions()) * token + (long) LOGITS_ROWS * model.vocabulary() * Float.BYTES;
        return new SlotMemory(overhead(conf), tasks(conf), weightBytes, slot);
    }

    /** Slots that fit, 1 to {@link EngineSettings#DEFAULT_SLOTS}: more rows would make a step no cheaper for each. */
    public int slots() {
        long fitting = (overheadBytes - weightBytes - LIBTORCH_BYTES) / tasks / slotBytes;
        return (int) Math.max(1, Math.min(fitting, EngineSettings.DEFAULT_SLOTS));
    }

    /** The least overhead with which each task has that many slots, in bytes. */
    public long overheadFor(int slots) {
        return LIBTORCH_BYTES + weightBytes + (long) tasks * slots * slotBytes;
    }

    private static long overhead(SparkConf conf) {
        if (isOneProcess(conf)) {
            return physicalMemory() - Runtime.getRuntime().maxMemory();
        }
        if (conf.contains(OVERHEAD)) {
            return conf.getSizeAsMb(OVERHEAD) * MIB;
        }
        if (!LIMITING.matcher(conf.get(MASTER, "")).matches()) {
            return UNLIMITED;
        }
        long heap = JavaUtils.byteStringAsMb(conf.get("spark.executor.memory", "1g")) * MIB;
        double factor = conf.getDouble("spark.executor.memoryOverheadFactor", DEFAULT_FACTOR);
        return Math.max((long) (factor * heap), DEFAULT_LEAST);
    }

    private static long physicalMemory() {
        try {
            return (long) ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME), "TotalMemorySize");
        } catch (JMException e) {
            return UNLIMITED; // another JVM's system bean
        }
    }

    private static int tasks(SparkConf conf) {
        if (isOneProcess(conf)) {
            return Runtime.getRuntime().availableProcessors();
        }
        return Math.max(1, conf.getInt("spark.executor.cores", 1) / conf.getInt("spark.task.cpus", 1));
    }

    private static boolean isOneProcess(SparkConf conf) {
        String master = conf.get(MASTER, "local");
        return master.equals("local") || master.startsWith("local[");
    }
}
