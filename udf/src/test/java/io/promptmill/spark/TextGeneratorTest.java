package io.promptmill.spark;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.promptmill.Goldens;
import io.promptmill.hub.SmallHub;
import io.promptmill.pretrained.TestVersions;
import io.promptmill.spark.executor.PartitionPredictor;
import java.io.RandomAccessFile;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way, with a real model of random weights that has no tokenizer. */
@Tag("spark")
final class TextGeneratorTest {
    /** What transformers generates from the prompt 327. */
    private static final List<Integer> GREEDY_12 = List.of(0, 5, 296, 193, 0, 446, 302, 0, 446, 446, 48, 48);

    private static TextGenerator generator() throws URISyntaxException {
        Path tiny = Path.of(TextGeneratorTest.class
                .getResource("/io/promptmill/goldens/tiny")
                .toURI());
        return new TextGenerator().setModel(tiny.toString()).setMaxNewTokens(12).setSlots(4);
    }

    private static Dataset<Row> prompts() {
        return TestSpark.session()
                .range(0, 40, 1, 3)
                .selectExpr(
                        "id",
                        "IF(id = 7, NULL, array(CAST(327 + id AS INT), 5)) AS prompt_token_ids",
                        "IF(id = 9, '{\"top_p\": 7}', NULL) AS sampling_params",
                        "make_interval(0, 1) AS age");
    }

    private static List<Row> texts(Dataset<Row> generated) {
        return generated.select("id", "sequences").orderBy("id").collectAsList();
    }

    @Test
    void theModelsOwnGreedyTokensComeBack() throws Exception {
        Dataset<Row> input = TestSpark.session().sql("SELECT array(327) AS prompt_token_ids");

        Row row = generator().setLogprobs(true).generate(input).head();
        Row sequence = row.<Row>getList(row.fieldIndex("sequences")).get(0);
        assertThat(sequence.<Integer>getList(sequence.fieldIndex("token_ids"))).isEqualTo(GREEDY_12);
        assertThat(sequence.<Float>getList(sequence.fieldIndex("token_logprobs")))
                .hasSize(12);
        assertThat(sequence.<String>getAs("finish_reason")).isEqualTo("length");
        assertThat(sequence.<String>getAs("generated_text")).isNull();
    }

    @Test
    void aVersionOfAModelIsNamedLikeAFolder(@TempDir Path models) throws Exception {
        Path tiny = Path.of(TextGeneratorTest.class
                .getResource("/io/promptmill/goldens/tiny")
                .toURI());
        Path version = TestVersions.publishUnmeasured(models.resolve("tiny"), 1);
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(tiny.resolve(file), version.resolve(file));
        }
        Dataset<Row> input = TestSpark.session().sql("SELECT array(327) AS prompt_token_ids");

        Row row = generator().setModel(models + "/tiny@latest").generate(input).head();
        Row sequence = row.<Row>getList(row.fieldIndex("sequences")).get(0);
        assertThat(sequence.<Integer>getList(sequence.fieldIndex("token_ids"))).isEqualTo(GREEDY_12);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator().setModel(models + "/tiny@best").generate(input))
                .withMessageStartingWith(
                        "no_best_version: no version in " + models + "/tiny is known to be the best, ");
    }

    @Test
    void aModelOfTheHubIsNamedAsItIsThere() throws Exception {
        try (SmallHub hub = new SmallHub("tests/tiny").with(Goldens.path("tiny"), "config.json", "model.safetensors")) {
            hub.intoCacheOfThisProcess();
        }
        Dataset<Row> input = TestSpark.session().sql("SELECT array(327) AS prompt_token_ids");

        Row row = generator().setModel("tests/tiny").generate(input).head();
        Row sequence = row.<Row>getList(row.fieldIndex("sequences")).get(0);
        assertThat(sequence.<Integer>getList(sequence.fieldIndex("token_ids"))).isEqualTo(GREEDY_12);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator().setModel("tests/nobody").generate(input))
                .withMessageStartingWith("hub_offline: the model tests/nobody is not in the cache ");
    }

    @Test
    void withoutAModelItIsThatOfTheSessionOrElseTheSampleModel() throws Exception {
        SparkSession session = TestSpark.session();
        Dataset<Row> prompts = session.sql("SELECT 'My dream is' AS prompt");
        TextGenerator generator = new TextGenerator().setMaxNewTokens(12);

        assertThat(generator.generate(prompts).head().toString()).contains(" to ");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new TextGenerator().setBaseModel(generator().getModel()).generate(prompts))
                .withMessageStartingWith("base_model is set without model: ");
        session.conf().set("spark.promptmill.model", generator().getModel());
        try {
            Row row = generator
                    .generate(session.sql("SELECT array(327) AS prompt_token_ids"))
                    .head();
            Row sequence = row.<Row>getList(1).get(0);
            assertThat(sequence.<Integer>getList(sequence.fieldIndex("token_ids")))
                    .isEqualTo(GREEDY_12);
        } finally {
            session.conf().unset("spark.promptmill.model");
        }
    }

    @Test
    void allRowsAndColumnsAreKept() throws Exception {
        Dataset<Row> generated = generator().generate(prompts());

        assertThat(generated.columns())
                .containsExactly("id", "prompt_token_ids", "sampling_params", "age", "sequences", "status", "error");
        assertThat(generated.schema())
                .isEqualTo(generator().transformSchema(prompts().schema()));
        List<Row> rows = generated.collectAsList();
        assertThat(rows).extracting(row -> row.getLong(0)).hasSize(40).isSorted();
        assertThat(rows).filteredOn(row -> row.getAs("status").equals("ok")).hasSize(38);
        assertThat(rows.get(7).<String>getAs("error")).startsWith("null_prompt: ");
        assertThat(rows.get(9).<String>getAs("error")).startsWith("bad_sampling_params: top_p must be");
    }

    @Test
    void theSameTextsComeFromAnyPartitionsAndSlots() throws Exception {
        TextGenerator sampling =
                generator().setDoSample(true).setNumReturnSequences(3).setIdCol("id");

        List<Row> texts = texts(sampling.generate(prompts()));
        assertThat(texts(sampling.setSlots(1).generate(prompts().repartition(5))))
                .isEqualTo(texts);
        assertThat(texts(sampling.setSeed(1).generate(prompts()))).isNotEqualTo(texts);
    }

    @Test
    void aRowsOwnSeedKeysItsDraws() throws Exception {
        TextGenerator sampling =
                generator().setDoSample(true).setNumReturnSequences(2).setIdCol("id");
        Dataset<Row> plain = TestSpark.session()
                .range(0, 6, 1, 1)
                .selectExpr("id", "array(CAST(327 + id AS INT), 5) AS prompt_token_ids");
        Dataset<Row> seeded = plain.selectExpr("*", "map('seed', if(id % 2 = 0, '7', null)) as sampling_params");

        List<Row> ofSeed0 = texts(sampling.generate(plain));
        List<Row> ofSeed7 = texts(sampling.setSeed(7).generate(plain));
        List<Row> ofRows = texts(sampling.setSeed(0).generate(seeded));
        for (int id = 0; id < 6; id++) {
            assertThat(ofRows.get(id)).isEqualTo((id % 2 == 0 ? ofSeed7 : ofSeed0).get(id));
        }
        assertThat(ofSeed7.get(2)).isNotEqualTo(ofSeed0.get(2));
        assertThat(texts(sampling.setSlots(3).generate(seeded.repartition(2)))).isEqualTo(ofRows);
    }

    @Test
    void valuesThatMeanOffAndTokensNoModelHasAreTaken() throws Exception {
        Dataset<Row> input = TestSpark.session()
                .sql("SELECT * FROM VALUES (array(327)), (array(512)), (array(-1)) AS v(prompt_token_ids)");

        List<Row> rows = generator()
                .setTemperature(0)
                .setTopK(-1)
                .setMinLength(-1)
                .setEosTokenId(-1, 50256)
                .generate(input)
                .collectAsList();
        Row sequence = rows.get(0).<Row>getList(1).get(0);
        assertThat(sequence.<Integer>getList(sequence.fieldIndex("token_ids"))).isEqualTo(GREEDY_12);
        assertThat(rows).extracting(row -> row.<String>getAs("status")).containsExactly("ok", "rejected", "rejected");
        assertThat(rows.get(1).<String>getAs("error")).startsWith("bad_token_ids: prompt_token_ids holds 512, ");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> generator().setTemperature(0).setDoSample(true).generate(input))
                .withMessageStartingWith("temperature 0 is greedy search but do_sample is true");
    }

    @Test
    void aTokenizerThatCannotBeUsedIsTheEndOfTextsOnly(@TempDir Path folder) throws Exception {
        for (String file : List.of("config.json", "generation_config.json", "model.safetensors")) {
            Files.copy(Path.of(generator().getModel(), file), folder.resolve(file));
        }
        Files.writeString(folder.resolve("tokenizer.json"), "{\"model\":{\"type\":\"WordPiece\"}}");
        Dataset<Row> ids = TestSpark.session().sql("SELECT array(327) AS prompt_token_ids");
        TextGenerator generator = generator().setModel(folder.toString());

        Row row = generator.generate(ids).head();
        Row sequence = row.<Row>getList(1).get(0);
        assertThat(sequence.<Integer>getList(sequence.fieldIndex("token_ids"))).isEqualTo(GREEDY_12);
        assertThat(sequence.<String>getAs("generated_text")).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.generate(TestSpark.session().sql("SELECT 'a' AS prompt")))
                .withMessageContainingAll("no tokenizer that can be used (", "tokenizer.json: ", "prompts are text");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.setStop("x").generate(ids))
                .withMessageContainingAll("tokenizer.json: ", "stop is set: unset it");
    }

    @Test
    void equalPromptsWithoutIdsGetEqualTexts() throws Exception {
        Dataset<Row> input = TestSpark.session().sql("SELECT id, array(1, 2) AS prompt_token_ids FROM range(2)");

        List<Row> rows = generator().setDoSample(true).generate(input).collectAsList();
        assertThat(rows.get(0).<Object>getAs("sequences")).isEqualTo(rows.get(1).getAs("sequences"));
    }

    @Test
    void aSecondJobInTheSameApplicationReusesTheLoadedModel() throws Exception {
        long before = PartitionPredictor.modelLoads();
        List<Row> first = texts(generator().generate(prompts()));
        long loads = PartitionPredictor.modelLoads();
        assertThat(loads - before).as("loads for three tasks").isLessThanOrEqualTo(1);

        assertThat(texts(generator().generate(prompts().repartition(7)))).isEqualTo(first);
        assertThat(PartitionPredictor.modelLoads()).isEqualTo(loads);
    }

    @Test
    void aModelThatIsOverwrittenLaterIsComputedAsItWasAndTheNextCallTakesTheNewOne(@TempDir Path folder)
            throws Exception {
        Path tiny = Path.of(generator().getModel());
        for (String file : List.of("config.json", "generation_config.json", "model.safetensors")) {
            Files.copy(tiny.resolve(file), folder.resolve(file));
        }
        TextGenerator generator = generator().setModel(folder.toString());
        List<Row> texts = texts(generator().generate(prompts()));

        Dataset<Row> lazy = generator.generate(prompts());
        zeroSecondHalf(folder.resolve("model.safetensors"));
        assertThat(texts(lazy)).isEqualTo(texts);
        assertThat(texts(generator.generate(prompts()))).isNotEqualTo(texts);
        Files.write(folder.resolve("model.safetensors"), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(texts(lazy)).isEqualTo(texts);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.generate(prompts()))
                .withMessageContaining("model.safetensors: it ends early");
    }

    private static void zeroSecondHalf(Path weights) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
            file.seek(file.length() / 2);
            file.write(new byte[(int) (file.length() - file.length() / 2)]);
        }
    }

    @Test
    void aGeneratorIsAStageOfAPipeline() throws Exception {
        Dataset<Row> generated = new Pipeline()
                .setStages(new PipelineStage[] {generator()})
                .fit(prompts())
                .transform(prompts());

        assertThat(generated.filter(col("status").equalTo("ok")).count()).isEqualTo(38);
    }

    @Test
    void textNeedsATokenizer() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator().generate(TestSpark.session().sql("SELECT 'a' AS prompt")))
                .withMessage(
                        "The checkpoint has no tokenizer that can be used (there is neither tokenizer.json nor vocab.json"
                                + " with merges.txt), but prompts are text: give them as a column prompt_token_ids, or use a"
                                + " checkpoint with a byte-level BPE tokenizer.");
    }
}
