package io.promptmill.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.generate.GenerateRuns;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.pages.Fence;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.spark.TextGenerator;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of two executors as an operator watches it, with the settings and rules of the page: Prometheus scrapes the
 * driver while a run is at work and after it, and a sink writes CSV.
 */
@Tag("spark")
class WatchedRunIT {
    private static final String PAGE = ".github/WATCHING.md";

    @TempDir
    private Path temp;

    @AfterEach
    void stopSpark() {
        TestSpark.stop();
    }

    @Test
    void scrapesAndCsvFilesTellWhatTheManifestTellsAndWhoDidIt() throws Exception {
        Path csv = Files.createDirectory(temp.resolve("csv"));
        SparkSession spark = startCluster(csv);
        Path output = temp.resolve("out");
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
        assertThat(new GenerateRuns().generate(GenerateRuns.PROMPTS, output, "--chunks=6", "--max-new-tokens=4"))
                .isEqualTo(ExitCode.DONE);
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
                            .isGreaterThan(14_000_000);
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

        TestSpark.stop();
        Path last = csv.resolve("promptmill.driver.plugin.io.promptmill.spark.PromptmillPlugin.total.prompts.csv");
        assertThat(Files.readAllLines(last))
                .startsWith("t,value")
                .last()
                .asString()
                .endsWith("," + (manifest.prompts() + 10));
        assertThat(csv.resolve(
                        "promptmill.driver.plugin.io.promptmill.spark.PromptmillPlugin.executor.1.generatedTokens.csv"))
                .exists();
    }

    /** With the settings of the page, but for places. */
    private static SparkSession startCluster(Path csv) throws IOException {
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
        return spark.config("spark.promptmill.model", sampleModel().toString())
                .config("spark.metrics.conf.driver.sink.csv.directory", csv.toString())
                .getOrCreate();
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
