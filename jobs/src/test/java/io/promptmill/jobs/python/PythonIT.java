package io.promptmill.jobs.python;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.jobs.pages.Fence;
import io.promptmill.jobs.testing.SmallModel;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.spark.TextGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.package$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The package for Python, in a real PySpark, beside the classes of the JVM that it stands for. */
@Tag("clients")
@Tag("spark")
class PythonIT {
    private static final Path PACKAGE =
            Path.of("../udf/src/main/python/promptmill").toAbsolutePath().normalize();
    private static final Path SCRIPT = Path.of("src/test/clients/python_api.py").toAbsolutePath();
    private static final String JAR_OF_PAGES = "jobs/target/promptmill.jar";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private PySpark pyspark;

    @BeforeEach
    void makeModel() throws IOException {
        SmallModel.in(folder.resolve("gpt2"));
        pyspark = new PySpark(folder);
    }

    @Test
    void generateAndTextGeneratorAreThoseOfTheJvm() throws Exception {
        Path values = folder.resolve("values.json");
        JSON.writeValue(values.toFile(), aValueForEachParam());
        TextGenerator everything = everythingSet();
        pipeline(everything).save(folder.resolve("by-jvm").toString());
        pyspark.run(
                List.of(
                        "spark-submit",
                        "--master=local[2]",
                        "--jars=" + PySpark.JAR,
                        "--py-files=" + PySpark.JAR,
                        SCRIPT.toString(),
                        folder.toString()),
                "",
                Map.of());
        JsonNode told = JSON.readTree(folder.resolve("told.json").toFile());

        assertThat(told.get("params")).isEqualTo(asRead(paramsWithDefaults()));
        assertThat(texts(told.get("constructor")))
                .containsExactlyInAnyOrderElementsOf(aValueForEachParam().keySet());
        assertThat(texts(told.get("settings")))
                .contains("df", "model", "partitions", "max_new_tokens", "id_column", "bad_words_ids", "stop")
                .hasSize(aValueForEachParam().size() + 3); // df, partitions, and what is unknown
        assertThat(told.get("explained").asText()).endsWith("(default: sample-model, current: /models/adapter)");

        for (String way : List.of("got", "constructed", "loaded")) {
            assertThat(told.get(way)).as(way).isEqualTo(JSON.readTree(values.toFile()));
        }
        assertThat(told.get("loaded uid").asText()).isEqualTo(everything.uid());
        assertThat(told.get("copied").toString()).isEqualTo("[1,2,[\"x\"],true]");
        TextGenerator byPython = (TextGenerator)
                PipelineModel.load(folder.resolve("by-python").toString()).stages()[1];
        assertThat(asRead(valuesOf(byPython))).isEqualTo(asRead(valuesOf(everything)));

        List<String> rows = rows();
        told.get("rows").properties().forEach(way -> assertThat(texts(way.getValue()))
                .as(way.getKey())
                .isEqualTo(rows));
        assertThat(told.get("partitions").toString()).isEqualTo("[2,1,3]");
        assertThat(told.get("kept").asDouble()).isEqualTo(0.5);
        assertThat(told.get("scalars"))
                .isEqualTo(
                        JSON.readTree("{\"slots\":64,\"doSample\":true,\"topK\":7,\"topP\":0.5,\"eosTokenId\":[5]}"));
        assertRefusals(told.get("refused"));
        told.get("examples").properties().forEach(module -> assertThat(
                        module.getValue().get(0).asInt())
                .as("failed examples of %s", module.getKey())
                .isZero());
        assertThat(told.at("/examples/_generate/1").asInt()).isEqualTo(3);
        assertThat(told.at("/examples/_text_generator/1").asInt()).isEqualTo(5);
        assertThat(told.get("example of the package").toString()).isEqualTo("[0,4]");
    }

    private static void assertRefusals(JsonNode refused) {
        Map<String, String> expected = Map.ofEntries(
                Map.entry(
                        "unknown", "TypeError: generate() has no setting max_new_token: the nearest is max_new_tokens"),
                Map.entry(
                        "other name", "TypeError: generate() has no setting n: here it is called num_return_sequences"),
                Map.entry(
                        "type",
                        "TypeError: generate() cannot take this top_k: a whole number of 32 bits is needed, not 'many'"),
                Map.entry(
                        "word",
                        "IllegalArgumentException: on_long_prompt must be one of reject, truncate-left, truncate-right but was cut"),
                Map.entry("slots", "IllegalArgumentException: slots must be a whole number of at least 1 but was 0"),
                Map.entry(
                        "partitions",
                        "TypeError: generate() cannot take this partitions: a whole number of 32 bits is needed, not '3'"),
                Map.entry("no partitions", "ValueError: partitions must be at least 0, "),
                Map.entry(
                        "no frame",
                        "TypeError: generate() needs a DataFrame of Spark, not a value of <class 'list'>: make one of "),
                Map.entry(
                        "no frame for a stage",
                        "TypeError: TextGenerator needs a DataFrame of Spark, not a value of <class 'NoneType'>: "),
                Map.entry(
                        "a column twice",
                        "IllegalArgumentException: column_clash: the input column id cannot be kept, the input has a second"),
                Map.entry("base alone", "IllegalArgumentException: base_model is set without model: "),
                Map.entry(
                        "None",
                        "TypeError: Invalid param value given for param \"stop\". None is no value: clear(generator.stop) "),
                Map.entry("range", "IllegalArgumentException: top_p must be a number between 0 and 1 but was 3.0"),
                Map.entry("model", "FileNotFoundError: The model "),
                Map.entry("column", "IllegalArgumentException: missing_column: "),
                Map.entry("setter", "IllegalArgumentException: top_p must be a number between 0 and 1 but was 3.0"),
                Map.entry(
                        "setter's type",
                        "TypeError: Invalid param value given for param \"stop\". a list of texts is needed, not 5"),
                Map.entry("stage's model", "FileNotFoundError: The model /nobody/has/it is not there: "),
                Map.entry(
                        "two that clash",
                        "IllegalArgumentException: greedy search gives one sequence but num_return_sequences is 2: "));
        assertThat(refused).hasSize(expected.size());
        expected.forEach((what, message) -> assertThat(refused.at("/" + what + "/0")
                                .asText() + ": " + refused.at("/" + what + "/1").asText())
                .as(what)
                .startsWith(message));
    }

    @Test
    void whatThePagesShowWorksInPySparkAsItStands() throws Exception {
        String command = Fence.of(".github/PYTHON.md").stream()
                .flatMap(fence -> fence.commands().stream())
                .filter(line -> line.startsWith("pyspark "))
                .findFirst()
                .orElseThrow();
        for (String page : List.of("README.md", ".github/PYTHON.md")) {
            for (Fence csv : Fence.of(page)) {
                if (csv.language().equals("csv")) {
                    Files.writeString(folder.resolve("prompts.csv"), csv.text() + "\n");
                }
            }
            String shown = pyspark.run(
                    List.of(onThisMachine(command).split(" ")),
                    examples(page, "promptmill.generate", "TextGenerator("),
                    Map.of("PYSPARK_DRIVER_PYTHON_OPTS", "-i", "PYTHONSTARTUP", ""));
            assertThat(shown).as(page).contains("sleep", "tales", "work");
        }
        assertThat(folder.resolve("pipeline/metadata")).isDirectory();
    }

    @Test
    void aSessionOfOnesOwnBringsTheJarToExecutors() throws Exception {
        String session = examples(".github/PYTHON.md", "SparkSession.builder");
        String program = "import sys; sys.modules['numpy'] = None # as after pip install pyspark alone\n"
                + session
                + """

                texts = promptmill.generate(spark.range(4).selectExpr("id", "'the sea gives' as prompt"), "gpt2", max_new_tokens=4)
                print(sorted(row.tokens for row in texts.selectExpr("sequences[0].token_ids as tokens").collect()))
                print(spark.sparkContext.master)
                """;
        Path conf = Files.createDirectory(folder.resolve("conf"));
        Files.writeString(conf.resolve("spark-defaults.conf"), "spark.master local-cluster[2,1,1024]\n");
        String printed = pyspark.run(List.of("python", "-"), program, Map.of("SPARK_CONF_DIR", conf.toString()));
        String tokens = SmallModel.AFTER_SEA.subList(0, 4).toString();
        assertThat(printed)
                .contains("[" + String.join(", ", Collections.nCopies(4, tokens)) + "]")
                .contains("local-cluster");
    }

    @Test
    void withoutASessionOrTheJarItSaysWhatIsMissing() throws Exception {
        String program =
                """
                import promptmill
                from pyspark.sql import SparkSession

                def refusal(call):
                    try:
                        call()
                    except RuntimeError as e:
                        return str(e)

                print(refusal(promptmill.TextGenerator))
                prompts = SparkSession.builder.master("local[1]").getOrCreate().sql("select 'a' as prompt")
                print(refusal(lambda: promptmill.generate(prompts)))
                print(dir(promptmill))
                """;
        assertThat(pyspark.run(List.of("python", "-"), program, Map.of("PYTHONPATH", PySpark.JAR)))
                .contains("there is none yet. Make one first: SparkSession.builder.config('spark.jars', ")
                .contains("Spark was started without Promptmill's jar. Start it with --jars promptmill.jar, ")
                .contains("['TextGenerator', 'generate']");
    }

    @Test
    void aClientOfConnectIsServedBySpark4AndToldSoBySpark3() throws Exception {
        if (package$.MODULE$.SPARK_VERSION().startsWith("3.")) {
            String refused =
                    "import promptmill\ntry:\n    promptmill.TextGenerator()\nexcept RuntimeError as e:\n    print(e)\n";
            assertThat(pyspark.run(
                            List.of("python", "-"),
                            refused,
                            Map.of("PYTHONPATH", PySpark.JAR, "SPARK_CONNECT_MODE_ENABLED", "1")))
                    .contains("from Spark 4 on the server makes it", "PromptmillExtensions");
            return;
        }
        String program =
                """
                import promptmill
                from pyspark.ml import Pipeline
                from pyspark.sql import SparkSession

                spark = SparkSession.builder.remote("local[2]").getOrCreate()
                prompts = spark.sql("select id, concat('Hello world, this is ', id) as prompt from range(5)")
                texts = promptmill.generate(
                    prompts, "gpt2", id_column="id", max_new_tokens=6, do_sample=True, num_return_sequences=2, stop=["x"])
                print(*[row.json for row in texts.selectExpr("id", "to_json(struct(*)) as json").orderBy("id").collect()], sep="\\n")
                generator = promptmill.TextGenerator(model="gpt2", maxNewTokens=4, stop=["a"])
                print(Pipeline(stages=[generator]).fit(prompts).transform(prompts).columns)
                generator.save("stage")
                print(promptmill.TextGenerator.load("stage").getStop())
                """;
        Path conf = Files.createDirectory(folder.resolve("conf"));
        Files.writeString(conf.resolve("spark-defaults.conf"), "spark.jars " + PySpark.JAR + "\n");
        assertThat(pyspark.run(
                        List.of("python", "-"),
                        program,
                        Map.of("PYTHONPATH", PySpark.JAR, "SPARK_CONF_DIR", conf.toString())))
                .contains(String.join("\n", rows()))
                .contains("['id', 'prompt', 'sequences', 'status', 'error']\n['a']");
    }

    @Test
    void typesAreWhatTheySayInThePackageAndWhereItIsUsed() throws Exception {
        String told = pyspark.run(
                List.of("mypy", "--strict", "--cache-dir=mypy", PACKAGE.toString(), SCRIPT.toString()),
                "",
                Map.of("MYPYPATH", PACKAGE.getParent().toString()));
        assertThat(told).startsWith("Success: no issues found in 9 source files");
    }

    /** What a Param may be, one for each of the JVM's; a new one has to be added here. */
    private static Map<String, Object> aValueForEachParam() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("model", "/models/adapter");
        values.put("baseModel", "/models/gpt2");
        values.put("idCol", "id");
        values.put("promptCol", "prompt");
        values.put("outputCol", "texts");
        values.put("slots", 8);
        values.put("seed", 1L << 40);
        values.put("returnFullText", true);
        values.put("onLongPrompt", "truncate-left");
        values.put("logprobs", true);
        values.put("device", "cpu");
        values.put("precision", "int8");
        values.put("maxNewTokens", 9);
        values.put("maxLength", 10);
        values.put("minNewTokens", 1);
        values.put("minLength", 2);
        values.put("doSample", true);
        values.put("temperature", 0.7);
        values.put("topK", 40);
        values.put("topP", 0.95);
        values.put("minP", 0.05);
        values.put("typicalP", 0.9);
        values.put("repetitionPenalty", 1.1);
        values.put("noRepeatNgramSize", 3);
        values.put("badWordsIds", List.of(List.of(5), List.of(7, 9)));
        values.put("eosTokenId", List.of(50256, 13));
        values.put("numBeams", 1);
        values.put("lengthPenalty", 2.0);
        values.put("earlyStopping", "never");
        values.put("numReturnSequences", 5);
        values.put("stop", List.of("\n", "###"));
        values.put("prefix", "Once");
        return values;
    }

    private static TextGenerator everythingSet() {
        TextGenerator generator = new TextGenerator();
        Map<String, Object> values = aValueForEachParam();
        for (Param<?> param : generator.params()) {
            assertThat(values).containsKey(param.name());
            Object value = values.get(param.name());
            switch (param.name()) {
                case "badWordsIds" -> generator.setBadWordsIds("[[5], [7, 9]]");
                case "eosTokenId" -> generator.setEosTokenId(50256, 13);
                case "stop" -> generator.setStop("\n", "###");
                default -> generator.set(param.name(), value);
            }
        }
        return generator;
    }

    private static PipelineModel pipeline(TextGenerator generator) {
        return new Pipeline().setStages(new PipelineStage[] {generator}).fit(prompts());
    }

    private static Map<String, Object> paramsWithDefaults() {
        TextGenerator generator = new TextGenerator();
        Map<String, Object> told = new LinkedHashMap<>();
        for (Param<?> param : generator.params()) {
            told.put(
                    param.name(),
                    Arrays.asList(param.doc(), generator.hasDefault(param) ? generator.getOrDefault(param) : null));
        }
        return told;
    }

    private static Map<String, Object> valuesOf(TextGenerator generator) {
        return Arrays.stream(generator.params())
                .filter(generator::isSet)
                .collect(Collectors.toMap(Param::name, generator::getOrDefault));
    }

    private static Dataset<Row> prompts() {
        return TestSpark.session().sql("select id, concat('Hello world, this is ', id) as prompt from range(5)");
    }

    private List<String> rows() {
        return new TextGenerator()
                        .setModel(folder.resolve("gpt2").toString())
                        .setIdCol("id")
                        .setMaxNewTokens(6)
                        .setDoSample(true)
                        .setNumReturnSequences(2)
                        .setStop("x")
                        .transform(prompts())
                        .selectExpr("id", "to_json(struct(*)) as json")
                        .orderBy("id")
                        .collectAsList()
                        .stream()
                        .map(row -> row.getString(1))
                        .toList();
    }

    /** The Python blocks of a page that have one of these words, one below the other. */
    private static String examples(String page, String... words) throws IOException {
        return Fence.of(page).stream()
                .filter(fence -> fence.language().equals("python")
                        && Arrays.stream(words).anyMatch(fence.text()::contains))
                .map(fence -> onThisMachine(fence.text()) + "\n")
                .collect(Collectors.joining("\n"));
    }

    private static String onThisMachine(String text) {
        return text.replace(JAR_OF_PAGES, PySpark.JAR);
    }

    private static JsonNode asRead(Object value) throws IOException {
        return JSON.readTree(JSON.writeValueAsBytes(value));
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
