package io.promptmill.spark.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.promptmill.spark.PromptmillPlugin;
import io.promptmill.spark.TestSpark;
import io.promptmill.spark.TextGenerator;
import io.promptmill.spark.executor.PartitionPredictor;
import io.promptmill.spark.plugin.ToDriver.LoadFailed;
import io.promptmill.spark.plugin.ToDriver.ModelWanted;
import io.promptmill.spark.seam.ScalaCollections;
import io.promptmill.spark.shipping.ModelKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** In local mode, where the driver is the executor. The plugin is one of the tests' Spark. */
@Tag("spark")
final class PromptmillPluginTest {
    private static TextGenerator generator() throws Exception {
        return new TextGenerator().setModel(tiny()).setMaxNewTokens(12).setSlots(4);
    }

    private static String tiny() throws Exception {
        return Path.of(PromptmillPluginTest.class
                        .getResource("/io/promptmill/goldens/tiny")
                        .toURI())
                .toString();
    }

    /** Ten prompts in three partitions, of two tokens each, one of which is rejected. */
    private static Dataset<Row> prompts() {
        return TestSpark.session()
                .range(0, 10, 1, 3)
                .selectExpr("id", "IF(id = 7, NULL, array(CAST(327 + id AS INT), 5)) AS prompt_token_ids");
    }

    private static long shown(String gauge) {
        MetricRegistry registry = SparkEnv.get()
                .metricsSystem()
                .getSourcesByName("plugin." + PromptmillPlugin.class.getName())
                .head()
                .metricRegistry();
        Gauge<?> found = registry.getGauges().get(gauge);
        return found == null ? 0 : ((Number) found.getValue()).longValue();
    }

    @Test
    void whatATextGeneratorDoesIsShownByGaugesAndByNamedAccumulators() throws Exception {
        Map<String, Long> accumulated = new ConcurrentHashMap<>();
        SparkListener listener = new SparkListener() {
            @Override
            public void onStageCompleted(SparkListenerStageCompleted stage) {
                for (AccumulableInfo info : ScalaCollections.javaMap(
                                stage.stageInfo().accumulables())
                        .values()) {
                    if (info.name().get().startsWith("promptmill: ")) {
                        accumulated.put(info.name().get(), (Long) info.value().get());
                    }
                }
            }
        };
        long prompts = shown("total.prompts");
        long rejected = shown("executor.driver.rejected");
        long promptTokens = shown("total.promptTokens");
        long generatedTokens = shown("executor.driver.generatedTokens");
        SparkContext spark = TestSpark.session().sparkContext();
        spark.addSparkListener(listener);
        try {
            // One task for all partitions: each is counted from its own beginning.
            assertThat(generator().transform(prompts()).coalesce(1).collectAsList())
                    .hasSize(10);
            spark.listenerBus().waitUntilEmpty();
        } finally {
            spark.removeSparkListener(listener);
        }
        assertThat(accumulated)
                .containsEntry("promptmill: prompts", 10L)
                .containsEntry("promptmill: rejected", 1L)
                .containsEntry("promptmill: failed", 0L)
                .containsEntry("promptmill: prompt tokens", 18L)
                .containsEntry("promptmill: generated tokens", 9 * 12L)
                .containsEntry("promptmill: computed tokens", 9 * 12L);

        while (shown("total.prompts") < prompts + 10) {
            Thread.onSpinWait(); // the message of the task's end is under way
        }
        assertThat(shown("total.prompts") - prompts).isEqualTo(10);
        assertThat(shown("executor.driver.rejected") - rejected).isEqualTo(1);
        assertThat(shown("total.promptTokens") - promptTokens).isEqualTo(18);
        assertThat(shown("executor.driver.generatedTokens") - generatedTokens).isEqualTo(9 * 12);
        assertThat(shown("executor.driver.slots")).as("nobody generates").isZero();
        assertThat(shown("executor.driver.modelBytes")).isPositive();
        assertThat(shown("executors")).isEqualTo(1);
    }

    @Test
    void theModelOfTheSettingsIsLoadedBeforeATaskNeedsIt() throws Exception {
        ModelForExecutors model = driver(conf().set(ModelKeys.MODEL, tiny()));
        ScriptedContext context = new ScriptedContext(model, conf().set(ModelKeys.MODEL, tiny()));
        List<Long> loaded = new ArrayList<>();
        new EarlyLoading(context, () -> loaded.add(PartitionPredictor.modelLoads())).run();

        assertThat(context.sent).isEmpty();
        assertThat(loaded).hasSize(1);
        generator().transform(prompts()).collectAsList();
        assertThat(PartitionPredictor.modelLoads()).isEqualTo(loaded.get(0));
    }

    @Test
    void aModelThatIsNotThereIsNoReasonToFailForDriverOrExecutor() throws Exception {
        SparkConf conf = conf().set(ModelKeys.MODEL, "/no/such/model");
        ModelForExecutors model = driver(conf);
        assertThat(model.answer()).isSameAs(ModelForExecutors.NEVER);
        ScriptedContext context = new ScriptedContext(model, conf);
        new EarlyLoading(context, () -> {
                    throw new AssertionError("nothing is loaded");
                })
                .run();
        assertThat(context.sent).as("the driver knows").isEmpty();
    }

    @Test
    void aWrongSettingIsNoReasonToFailEither() throws Exception {
        assertThat(driver(conf().set(ModelKeys.MODEL, tiny()).set(ModelKeys.PRECISION, "fp8"))
                        .answer())
                .isSameAs(ModelForExecutors.NEVER);
    }

    @Test
    void anExecutorThatCannotLoadTheModelTellsTheDriver() throws Exception {
        SparkConf conf = conf().set(ModelKeys.MODEL, tiny()).set(ModelKeys.DEVICE, "gpu");
        ScriptedContext context = new ScriptedContext(driver(conf), conf);
        new EarlyLoading(context, () -> {}).run();
        assertThat(context.sent).singleElement().satisfies(message -> assertThat(message)
                .isEqualTo(new LoadFailed(
                        "7",
                        "The device gpu was asked for, but Spark assigned no GPU to this task: set"
                                + " spark.executor.resource.gpu.amount, spark.task.resource.gpu.amount and"
                                + " spark.executor.resource.gpu.discoveryScript, or ask for the device auto or"
                                + " cpu.")));
    }

    private static SparkConf conf() {
        return new SparkConf(false);
    }

    private static ModelForExecutors driver(SparkConf conf) {
        ModelForExecutors model = new ModelForExecutors(TestSpark.session().sparkContext(), conf);
        assertThat(model.answer()).isSameAs(ModelForExecutors.NOT_YET);
        model.ship();
        return model;
    }

    /** The way to that driver, for an executor 7. */
    private static final class ScriptedContext implements PluginContext {
        private final ModelForExecutors driver;
        private final SparkConf conf;
        private final List<Object> sent = new ArrayList<>();

        ScriptedContext(ModelForExecutors driver, SparkConf conf) {
            this.driver = driver;
            this.conf = conf;
        }

        @Override
        public MetricRegistry metricRegistry() {
            throw new AssertionError("an executor has no gauges of its own");
        }

        @Override
        public SparkConf conf() {
            return conf;
        }

        @Override
        public String executorID() {
            return "7";
        }

        @Override
        public String hostname() {
            return "localhost";
        }

        @Override
        public Map<String, ResourceInformation> resources() {
            return Map.of();
        }

        @Override
        public void send(Object message) {
            sent.add(message);
        }

        @Override
        public Object ask(Object message) {
            assertThat(message).isEqualTo(new ModelWanted());
            return driver.answer();
        }
    }
}
