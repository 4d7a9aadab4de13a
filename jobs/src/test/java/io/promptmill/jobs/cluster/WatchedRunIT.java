package io.promptmill.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.command.QuietLog;
import io.promptmill.jobs.command.ShownDetail;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.generate.GenerateRuns;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.pages.Fence;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.pretrained.SampleModel;
import io.promptmill.spark.TextGenerator;
import io.promptmill.spark.plugin.DriverSide;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import javax.management.ObjectName;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.spark.metrics.sink.GraphiteSink;
import org.apache.spark.metrics.sink.JmxSink;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A cluster of two executors as an operator watches it, with the settings and rules of the page: Prometheus scrapes the
 * driver while a run is at work and after it, one sink writes CSV, one sends to Graphite, and one shows all to JMX.
 */
@Tag("spark")
class WatchedRunIT {
    private static final String PAGE = ".github/WATCHING.md";
    private static final String PROMPTS = "promptmill.driver.plugin.io.promptmill.spark.PromptmillPlugin.total.prompts";

    @TempDir
    private Path temp;

    @AfterEach
    void stopSpark() {
        TestSpark.stop();
    }

    @Test
    void scrapesAndSinksTellWhatTheManifestTellsAndWhoDidIt() throws Exception {
        GraphiteServer graphite = GraphiteServer.start();
        SparkSession spark = startCluster(
                sampleModel(),
                Map.of(
                        "spark.metrics.conf.driver.sink.jmx.class", JmxSink.class.getName(),
                        "spark.metrics.conf.driver.sink.graphite.class", GraphiteSink.class.getName(),
                        "spark.metrics.conf.driver.sink.graphite.host", "127.0.0.1",
                        "spark.metrics.conf.driver.sink.graphite.port", Integer.toString(graphite.port())));
        Path output = temp.resolve("out");
        await(spark, scrape -> scrape.count("promptmill_total_modelLoads") == 2);
        CompletableFuture<Scrape> duringTheRun = new CompletableFuture<>();
        spark.sparkContext().addSparkListener(new SparkListener() {
            @Override
            public void onTaskEnd(SparkListenerTaskEnd end) {
                try {
                    Scrape scrape = Scrape.of(spark);
                    if (scrape.count("promptmill_total_prompts") > 0) {
                        duringTheRun.complete(scrape);
                    }
                } catch (Exception e) {
                    duringTheRun.completeExceptionally(e);
                }
            }
        });
        GenerateRuns runs = new GenerateRuns();
        assertThat(runs.generate(GenerateRuns.PROMPTS, output, "--chunks=6", "--max-new-tokens=4"))
                .isEqualTo(ExitCode.DONE);
        assertThat(runs.err())
                .as("the plugin has compiled and shipped the model")
                .contains("loading the model and generating")
                .doesNotContain("shipping the model");
        Manifest manifest = Manifest.parse(Files.readAllBytes(output.resolve(Manifest.FILE)));

        Scrape end = await(spark, scrape -> scrape.count("promptmill_total_prompts") >= manifest.prompts());
        assertThat(end.count("promptmill_total_prompts")).isEqualTo(manifest.prompts());
        assertThat(end.count("promptmill_total_rejected")).isEqualTo(manifest.rejected());
        assertThat(end.count("promptmill_total_failed")).isZero();
        assertThat(end.count("promptmill_total_generatedTokens")).isEqualTo(manifest.generatedTokens());
        assertThat(end.count("promptmill_total_promptTokens")).isEqualTo(promptTokens(spark, output));
        assertThat(end.count("promptmill_total_computedTokens"))
                .isEqualTo(manifest.engine().liveRows());
        assertThat(end.count("promptmill_total_slotsInUse"))
                .as("when nobody generates")
                .isZero();
        assertThat(end.count("promptmill_executors")).isEqualTo(2);
        assertThat(manifest.modelLoads())
                .as("the one of the setting is the run's")
                .hasSize(2)
                .allSatisfy((executor, loads) -> {
                    assertThat(loads).isEqualTo(1);
                    assertThat(end.count("promptmill_executor_modelLoads", executor))
                            .isEqualTo(1);
                    assertThat(end.count("promptmill_executor_prompts", executor))
                            .isPositive();
                    assertThat(end.value("promptmill_executor_loadingSeconds", executor))
                            .isPositive();
                    assertThat(end.count("promptmill_executor_modelBytes", executor))
                            .as("stored as float16, computed with as float32")
                            .isEqualTo(6 * 12 * 288 * 288 * 4 + 4096 * 288 * (4 + 2));
                });
        for (String name : List.of("prompts", "rejected", "generatedTokens", "computedTokens", "modelBytes")) {
            assertThat(end.sum("promptmill_executor_" + name))
                    .as(name)
                    .isEqualTo(end.count("promptmill_total_" + name));
        }
        Scrape during = duringTheRun.join();
        assertThat(during.count("promptmill_total_prompts")).isBetween(1L, manifest.prompts());
        assertThat(during.names()).isEqualTo(end.names());

        // Another model, by another way.
        long rows = new TextGenerator()
                .setModel(tinyModel().toString())
                .setMaxNewTokens(3)
                .transform(spark.sql("select array(327, 5) as prompt_token_ids from range(10)"))
                .filter("status = 'ok'")
                .count();
        assertThat(rows).isEqualTo(10);
        Scrape more = await(spark, scrape -> scrape.count("promptmill_total_prompts") >= manifest.prompts() + 10);
        assertThat(more.count("promptmill_total_generatedTokens")).isEqualTo(manifest.generatedTokens() + 30);

        endExecutor("0");
        Scrape loss = await(spark, scrape -> scrape.count("promptmill_executorsRemoved") == 1);
        assertThat(loss.has("promptmill_executor_prompts", "0")).isFalse();
        assertThat(loss.count("promptmill_total_prompts")).isEqualTo(manifest.prompts() + 10);

        assertThat(ManagementFactory.getPlatformMBeanServer()
                        .getAttribute(new ObjectName("metrics:type=gauges,name=" + PROMPTS), "Value"))
                .isEqualTo(manifest.prompts() + 10);

        TestSpark.stop();
        assertThat(graphite.stop())
                .filteredOn(line -> line.startsWith(PROMPTS + " "))
                .last()
                .asString()
                .startsWith(PROMPTS + " " + (manifest.prompts() + 10) + " ");
        assertThat(Files.readAllLines(csv().resolve(PROMPTS + ".csv")))
                .startsWith("t,value")
                .last()
                .asString()
                .endsWith("," + (manifest.prompts() + 10));
        assertThat(
                        csv().resolve(
                                        "promptmill.driver.plugin.io.promptmill.spark.PromptmillPlugin.executor.1.generatedTokens.csv"))
                .exists();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "missing | is not there: there is no such folder on file:///; name a folder in Hugging Face layout",
                "damaged | content cannot be trusted, download or export the checkpoint again"
            })
    void aModelThatCannotBeLoadedIsToldOnceAndTheRunWithItsOwnGoesOn(String kind, String why) throws Exception {
        Path model = temp.resolve("model");
        if (kind.equals("damaged")) {
            SampleModel.copyTo(Files.createDirectory(model));
            try (FileChannel weights = FileChannel.open(model.resolve("model.safetensors"), StandardOpenOption.WRITE)) {
                weights.truncate(1_000_000);
            }
        }
        StringWriter log = keepLog();
        SparkSession spark = startCluster(model, Map.of());
        assertThat(new GenerateRuns()
                        .generate(
                                GenerateRuns.PROMPTS,
                                temp.resolve("out"),
                                "--model=" + sampleModel(),
                                "--chunks=2",
                                "--max-new-tokens=2"))
                .isEqualTo(ExitCode.DONE);
        await(spark, scrape -> scrape.count("promptmill_total_prompts") == 38);
        assertThat(log.toString().lines())
                .singleElement()
                .asString()
                .startsWith("WARN spark.promptmill.model cannot be loaded before it is needed: "
                        + (kind.equals("missing")
                                ? "The model " + model
                                : "checkpoint_damaged: model.safetensors: its tensors need "))
                .endsWith(" " + why
                        + ". The application goes on, and jobs load the models that they name; correct the setting, or"
                        + " leave it out.");
    }

    /** What the plugin logs from now on. */
    private static StringWriter keepLog() {
        QuietLog.install(ShownDetail.ESSENTIAL);
        StringWriter log = new StringWriter();
        Appender appender = WriterAppender.createAppender(
                PatternLayout.newBuilder().withPattern("%p %m%n").build(), null, log, "kept", false, false);
        appender.start();
        LoggerConfig plugin = new LoggerConfig(DriverSide.class.getPackageName(), Level.INFO, false);
        plugin.addAppender(appender, null, null);
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        context.getConfiguration().addLogger(plugin.getName(), plugin);
        context.updateLoggers();
        return log;
    }

    /** With the settings of the page, but for places. */
    private SparkSession startCluster(Path model, Map<String, String> more) throws IOException {
        TestSpark.stop();
        SparkSession.Builder spark = SparkSession.builder()
                .master("local-cluster[2,1,1024]")
                .config("spark.ui.port", "0")
                .config("spark.sql.shuffle.partitions", "4")
                .config("spark.executor.extraJavaOptions", SparkProcess.QUICK_START)
                .config("spark.jars", "local:" + System.getProperty("promptmill.jar"))
                // No task starts before both executors are there, and both get some.
                .config("spark.scheduler.minRegisteredResourcesRatio", "1")
                .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "2min")
                .config("spark.locality.wait", "0");
        Properties settings = new Properties();
        settings.load(new StringReader(settingsOfThePage()));
        settings.forEach((key, value) -> spark.config((String) key, (String) value));
        more.forEach(spark::config);
        return spark.config("spark.promptmill.model", model.toString())
                .config(
                        "spark.metrics.conf.driver.sink.csv.directory",
                        Files.createDirectory(csv()).toString())
                .getOrCreate();
    }

    private Path csv() {
        return temp.resolve("csv");
    }

    private static String settingsOfThePage() throws IOException {
        return Fence.of(PAGE).stream()
                .filter(fence -> fence.text().startsWith("spark.plugins "))
                .findFirst()
                .orElseThrow()
                .text();
    }

    /** The scrape after one that shows it: within one, gauges are read one after another. */
    private static Scrape await(SparkSession spark, Predicate<Scrape> enough) throws Exception {
        long limit = System.nanoTime() + 60_000_000_000L;
        Scrape scrape = Scrape.of(spark);
        while (!enough.test(scrape)) {
            assertThat(System.nanoTime()).as("in a minute: %s", scrape).isLessThan(limit);
            scrape = Scrape.of(spark);
        }
        return Scrape.of(spark);
    }

    private static void endExecutor(String id) {
        List<ProcessHandle> executors = ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains(" --executor-id " + id + " "))
                .toList();
        assertThat(executors).hasSize(1).allMatch(ProcessHandle::destroyForcibly);
    }

    private static long promptTokens(SparkSession spark, Path output) {
        return spark.read()
                .parquet(output.toString())
                .filter("index = 0")
                .selectExpr("sum(prompt_tokens)")
                .head()
                .getLong(0);
    }

    private static Path sampleModel() {
        return HeaderCommand.PROJECT.resolve("udf/src/main/resources/io/promptmill/sample-model");
    }

    private static Path tinyModel() {
        return HeaderCommand.PROJECT.resolve("udf/src/test/resources/io/promptmill/goldens/tiny");
    }
}
