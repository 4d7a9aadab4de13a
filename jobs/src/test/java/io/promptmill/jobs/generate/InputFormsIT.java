package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.pretrained.SampleModel;
import io.promptmill.spark.TextGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The forms that prompts and settings may have, from the input through the whole job into the files. */
class InputFormsIT {
    private final SparkSession spark = TestSpark.session();

    @TempDir
    private Path temp;

    @Test
    void settingsOfARowComeAsStructMapOrJson() throws Exception {
        List<Row> struct = generate("named_struct('top_p', 0.5D, 'num_return_sequences', 2, 'stop', array('e'))");
        assertThat(struct).hasSize(5);
        assertThat(generate("map('top_p', '0.5', 'num_return_sequences', '2', 'stop', 'e')"))
                .isEqualTo(struct);
        assertThat(generate("'{\"top_p\": 0.5, \"num_return_sequences\": 2, \"stop\": [\"e\"]}'"))
                .isEqualTo(struct);
        assertThat(struct.get(4).mkString("|"))
                .isEqualTo("3|null|null|null|null|null|null|null|null|null|rejected|bad_encoding: the prompt is not"
                        + " UTF-8, its characters cannot be told from its bytes, write the input anew with the right"
                        + " character set");
    }

    private List<Row> generate(String samplingParams) throws Exception {
        Path folder = Files.createTempDirectory(temp, "run");
        String input = folder.resolve("in").toString();
        spark.sql("select id, if(id = 3, cast(X'61ff' as string), 'My dream is') as prompt, " + samplingParams
                        + " as sampling_params from range(1, 4)")
                .write()
                .parquet(input);
        new GenerateRuns().generate(input, folder.resolve("out"), "--max-new-tokens=12");
        return rows(folder.resolve("out"));
    }

    @Test
    void tokenIdsNeedNoTokenizer() throws Exception {
        Path model = sampleModel();
        for (String file : List.of("tokenizer.json", "vocab.json", "merges.txt")) {
            Files.delete(model.resolve(file));
        }
        String input = temp.resolve("in").toString();
        spark.sql("select 'a' as id, array(0, 1361, 1931, 291) as prompt_token_ids")
                .write()
                .parquet(input);
        assertThat(new GenerateRuns()
                        .generate(
                                input,
                                temp.resolve("out"),
                                "--model=" + model,
                                "--prefix=",
                                "--do-sample=false",
                                "--min-new-tokens=0",
                                "--max-new-tokens=40"))
                .isEqualTo(ExitCode.DONE);
        Row row = rows(temp.resolve("out")).get(0);
        assertThat(row.<Integer>getList(row.fieldIndex("token_ids")))
                .as("what transformers generates")
                .containsExactly(258, 569, 1969, 285, 585, 14, 0);
        assertThat(row.<String>getAs("generated_text")).isNull();
        assertThat(row.<String>getAs("prompt")).isNull();
        assertThat(row.<String>getAs("finish_reason")).isEqualTo("stop");
        assertThat(row.<Integer>getList(row.fieldIndex("prompt_token_ids"))).containsExactly(0, 1361, 1931, 291);
    }

    @Test
    void eachSourceOfSettingsWinsOverThoseBelow() throws Exception {
        Path model = sampleModel();
        Files.delete(model.resolve("generation_config.json"));
        ObjectMapper json = new ObjectMapper();
        Path config = model.resolve("config.json");
        ObjectNode fields = (ObjectNode) json.readTree(Files.readAllBytes(config));
        fields.put("max_new_tokens", 9)
                .put("temperature", 0.9)
                .put("top_p", 0.9)
                .put("top_k", 9)
                .put("min_p", 0.09);
        ((ObjectNode) fields.at("/task_specific_params/text-generation"))
                .put("max_new_tokens", 8)
                .put("temperature", 0.8)
                .put("top_p", 0.8)
                .put("top_k", 8)
                .put("min_length", 0);
        Files.write(config, json.writeValueAsBytes(fields));
        Path conf = Files.writeString(
                temp.resolve("run.properties"), "max-new-tokens=7\ntemperature=0.7\ntop-p=0.7\neos-token-id=4095\n");
        String input = temp.resolve("in").toString();
        spark.sql("select id, 'Hi' as prompt, if(id = 1, '{\"max_new_tokens\": 5}', null) as sampling_params"
                        + " from range(1, 3)")
                .write()
                .parquet(input);
        new GenerateRuns()
                .generate(
                        input,
                        temp.resolve("out"),
                        "--model=" + model,
                        "--conf-file=" + conf,
                        "--temperature=0.6",
                        "--max-new-tokens=6");
        assertThat(rows(temp.resolve("out")))
                .as("the row, the command line")
                .extracting(row -> row.<Integer>getAs("completion_tokens"))
                .containsExactly(5, 6);
        RunPlan plan = Json.read(Files.readAllBytes(temp.resolve("out").resolve(RunPlan.FILE)), RunPlan.class);
        assertThat(plan.settings())
                .containsEntry("max-new-tokens", 6)
                .containsEntry("temperature", 0.6) // command line
                .containsEntry("top-p", 0.7) // conf file
                .containsEntry("top-k", 8) // task_specific_params
                .containsEntry("min-p", 0.09) // config.json
                .containsEntry("typical-p", 1.0); // transformers
    }

    @Test
    void theLibraryWritesTheTextsOfTheCommand() throws Exception {
        String model = sampleModel().toString();
        TextGenerator generator = new TextGenerator()
                .setModel(model)
                .setPromptCol("prompt")
                .setIdCol("id")
                .setTopP(0.95)
                .setNumReturnSequences(5);
        same(generator, "plain", "--model=" + model);
        same(generator.setStop(new String[] {" a"}), "stop", "--model=" + model, "--stop= a");
        same(generator.setReturnFullText(true), "full", "--model=" + model, "--stop= a", "--return-full-text");
    }

    private void same(TextGenerator generator, String name, String... options) throws Exception {
        String input = temp.resolve(name + "-in").toString();
        spark.sql("select * from values (1, 'My dream is'), (2, 'The moon'), (3, 'Tea is') as v(id, prompt)")
                .write()
                .parquet(input);
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--top-p=0.95", "--num-return-sequences=5", "--layout=grouped"));
        new GenerateRuns().generate(input, temp.resolve(name), all.toArray(String[]::new));
        String sequences = "transform(sequences, s -> struct(s.generated_text, s.stop_reason)) as sequences";
        List<Row> written = spark.read()
                .parquet(temp.resolve(name).toString())
                .orderBy("id")
                .selectExpr("id", "status", sequences)
                .collectAsList();
        assertThat(written).hasSize(3).allMatch(row -> row.getAs("status").equals("ok"));
        assertThat(generator
                        .transform(spark.read().parquet(input))
                        .orderBy("id")
                        .selectExpr("id", "status", sequences)
                        .collectAsList())
                .isEqualTo(written);
    }

    private Path sampleModel() throws IOException {
        Path folder = Files.createTempDirectory(temp, "model");
        SampleModel.copyTo(folder);
        return folder;
    }

    private List<Row> rows(Path output) {
        return spark.read().parquet(output.toString()).orderBy("id", "index").collectAsList();
    }
}
