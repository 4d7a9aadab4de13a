package io.promptmill.spark.plugin;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.promptmill.spark.executor.ExecutorFigures;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/**
 * The executors' figures as gauges: {@code executor.ID.NAME} of each that is there, {@code total.NAME} of all that ever
 * were. What an executor had done stays in the totals when it goes. Thread-safe.
 */
final class ExecutorGauges extends SparkListener {
    static final String EXECUTORS = "executors";
    static final String EXECUTORS_REMOVED = "executorsRemoved";

    private final MetricRegistry registry;
    private final Map<String, ExecutorFigures> figures = new HashMap<>(); // guarded by this
    private final Set<String> removed = new HashSet<>(); // guarded by this
    private boolean over; // guarded by this

    ExecutorGauges(MetricRegistry registry) {
        this.registry = registry;
        for (ExecutorGauge gauge : ExecutorGauge.values()) {
            registry.register(MetricRegistry.name("total", gauge.title()), (Gauge<Number>) () -> gauge.of(total()));
        }
        registry.register(EXECUTORS, (Gauge<Integer>) this::executors);
        registry.register(EXECUTORS_REMOVED, (Gauge<Integer>) this::executorsRemoved);
    }

    /** The latest figures of an executor, which may have gone meanwhile. */
    synchronized void show(String executor, ExecutorFigures latest) {
        boolean gone = removed.contains(executor);
        if (figures.put(executor, gone ? latest.gone() : latest) == null && !gone) {
            for (ExecutorGauge gauge : ExecutorGauge.values()) {
                registry.register(name(executor, gauge), (Gauge<Number>) () -> gauge.of(of(executor)));
            }
        }
    }

    @Override
    public synchronized void onExecutorRemoved(SparkListenerExecutorRemoved event) {
        String executor = event.executorId();
        if (over || !removed.add(executor)) {
            return;
        }
        if (figures.computeIfPresent(executor, (id, latest) -> latest.gone()) != null) {
            for (ExecutorGauge gauge : ExecutorGauge.values()) {
                registry.remove(name(executor, gauge));
            }
        }
    }

    /** When an application ends, all its executors go: the gauges keep what they show last. */
    @Override
    public synchronized void onApplicationEnd(SparkListenerApplicationEnd event) {
        over = true;
    }

    private synchronized ExecutorFigures total() {
        return figures.values().stream().reduce(ExecutorFigures.NONE, ExecutorFigures::plus);
    }

    private synchronized ExecutorFigures of(String executor) {
        return figures.get(executor);
    }

    private synchronized int executors() {
        return (int)
                figures.keySet().stream().filter(id -> !removed.contains(id)).count();
    }

    private synchronized int executorsRemoved() {
        return removed.size();
    }

    private static String name(String executor, ExecutorGauge gauge) {
        return MetricRegistry.name("executor", executor, gauge.title());
    }
}
