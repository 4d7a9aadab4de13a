package io.promptmill.spark.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.promptmill.generation.GenerationStats;
import io.promptmill.spark.executor.ExecutorFigures;
import io.promptmill.spark.executor.Work;
import io.promptmill.spark.rows.Outcomes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.junit.jupiter.api.Test;

final class ExecutorGaugesTest {
    private final MetricRegistry registry = new MetricRegistry();
    private final ExecutorGauges gauges = new ExecutorGauges(registry);

    private static ExecutorFigures figures(long ok) {
        return new ExecutorFigures(
                new Work(new Outcomes(ok, 2, 1), 80, new GenerationStats(9, 0, 5, 40, 80, 160, 30, 100, 20, 0), 3, 8),
                1,
                2.5,
                4000);
    }

    /** By name, without those that are 0. */
    private Map<String, Object> shown() {
        Map<String, Object> values = new TreeMap<>();
        registry.getGauges().forEach((name, gauge) -> values.put(name, gauge.getValue()));
        values.values().removeIf(value -> ((Number) value).doubleValue() == 0);
        return values;
    }

    @Test
    void anExecutorsFiguresAreGaugesOfItsOwnAndInTheTotals() {
        assertThat(registry.getNames())
                .as("before any executor: what Spark is to register at once")
                .contains("total.prompts", "total.modelBytes", "executors", "executorsRemoved");
        assertThat(shown()).isEmpty();

        gauges.show("0", figures(10));
        gauges.show("1", figures(20));
        gauges.show("1", figures(25));
        assertThat(shown())
                .containsAllEntriesOf(Map.of(
                        "executor.0.prompts", 13L,
                        "executor.1.prompts", 28L,
                        "executor.1.rejected", 2L,
                        "executor.1.failed", 1L,
                        "executor.1.promptTokens", 80L,
                        "executor.1.generatedTokens", 30L,
                        "executor.1.computedTokens", 40L,
                        "executor.1.slotsInUse", 3L,
                        "executor.1.slots", 8L,
                        "executor.1.loadingSeconds", 2.5))
                .containsAllEntriesOf(Map.of(
                        "executor.1.modelLoads", 1L,
                        "executor.1.modelBytes", 4000L,
                        "total.prompts", 41L,
                        "total.rejected", 4L,
                        "total.generatedTokens", 60L,
                        "total.slotsInUse", 6L,
                        "total.loadingSeconds", 5.0,
                        "total.modelBytes", 8000L,
                        "executors", 2));
    }

    @Test
    void whatALostExecutorHadDoneStaysInTheTotalsAndWhatItHeldDoesNot() {
        gauges.show("0", figures(10));
        gauges.show("1", figures(20));
        gauges.onExecutorRemoved(new SparkListenerExecutorRemoved(0, "0", "killed"));
        gauges.show("0", figures(11)); // under way when it ended
        gauges.onExecutorRemoved(new SparkListenerExecutorRemoved(0, "0", "told again"));

        assertThat(shown())
                .containsAllEntriesOf(Map.of(
                        "total.prompts", 14L + 23,
                        "total.modelLoads", 2L,
                        "total.slotsInUse", 3L,
                        "total.slots", 8L,
                        "total.modelBytes", 4000L,
                        "executors", 1,
                        "executorsRemoved", 1));
        assertThat(registry.getNames())
                .filteredOn(name -> name.startsWith("executor."))
                .hasSize(ExecutorGauge.values().length)
                .allMatch(name -> name.startsWith("executor.1."));
    }

    @Test
    void theEndOfTheApplicationIsNoLossOfExecutors() {
        gauges.show("0", figures(10));
        gauges.onApplicationEnd(null); // of which nothing is read, and which each Spark makes in its own way
        gauges.onExecutorRemoved(new SparkListenerExecutorRemoved(0, "0", "stopped"));

        assertThat(shown())
                .containsAllEntriesOf(Map.of("executor.0.prompts", 13L, "executors", 1))
                .doesNotContainKey("executorsRemoved");
    }

    @Test
    void thePageTellsEveryGauge() throws Exception {
        String page = Files.readString(Path.of("..", ".github", "WATCHING.md"));
        for (ExecutorGauge gauge : ExecutorGauge.values()) {
            assertThat(page).contains("| `" + gauge.title() + "` |");
        }
        assertThat(page).contains("`" + ExecutorGauges.EXECUTORS + "`", "`" + ExecutorGauges.EXECUTORS_REMOVED + "`");
    }
}
