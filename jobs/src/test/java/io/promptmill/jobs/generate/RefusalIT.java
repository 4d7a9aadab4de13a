package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.testing.SmallModel;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.pretrained.SampleModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every refusal of a run, with its exit code and its whole message; not a byte of an earlier run in the output folder
 * changes, though that run might be overwritten.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalIT {
    private static final String ID_KEYS = " the id keys a row's random draws and its place in the output,";

    private final SparkSession spark = TestSpark.session();
    private final GenerateRuns runs = new GenerateRuns();
    private Path temp;
    private Path finished;

    @BeforeAll
    void finishARun(@TempDir Path folder) throws Exception {
        temp = folder;
        finished = temp.resolve("finished");
        String input = parquet("earlier", "select 1 as id, 'Hi' as prompt");
        assertThat(runs.generate(input, finished, "--max-new-tokens=1")).isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.files(finished).keySet())
                .containsExactlyInAnyOrder(
                        "_SUCCESS",
                        "_promptmill/manifest.json",
                        "_promptmill/plan.json",
                        "_promptmill/report.html",
                        "_promptmill/work.json",
                        "chunk-00000-of-00001.parquet");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("usage")
    void wrongUsage(ExitCode code, String message, String input, List<String> options) throws Exception {
        refused(code, message, input, finished, overwriting(options));
    }

    Stream<Arguments> usage() throws IOException {
        String prompts = GenerateRuns.PROMPTS;
        String tokens = parquet("tokens", "select 1 as id, array(1, 2) as prompt_token_ids");
        String bare = sampleModel("bare", "tokenizer.json", "vocab.json", "merges.txt")
                .toString();
        Path padded = SmallModel.in(temp.resolve("padded"))
                .withPadBeyondTheEmbeddings()
                .folder();
        Path wordPiece =
                SmallModel.in(temp.resolve("wordpiece")).withWordPiece().folder();
        String notByteLevel =
                wordPiece + " has vocab.txt and no tokenizer.json, that is a tokenizer of WordPiece, and only"
                        + " byte-level BPE is supported, give prompt_token_ids that its own tokenizer made, or use a"
                        + " checkpoint with GPT-2's kind of tokenizer (byte-level BPE), or ";
        String allButEnd = IntStream.range(1, SmallModel.VOCABULARY)
                .mapToObj(id -> "[" + id + "]")
                .collect(Collectors.joining(",", "[", "]"));
        Path unknown = Files.writeString(temp.resolve("unknown.properties"), "topp=0.5\n");
        Path twice = Files.writeString(temp.resolve("twice.properties"), "seed=1\nseed=2\n");
        String noTokenizer =
                " needs a tokenizer and " + bare + " has none, a text can be neither read nor written without"
                        + " one, add tokenizer.json to the model's folder or switch ";
        return Stream.of(
                usage("tokenizer_missing: --stop" + noTokenizer + "--stop off", tokens, "--model=" + bare, "--stop=x"),
                usage(
                        "tokenizer_missing: --prefix" + noTokenizer + "--prefix off",
                        tokens,
                        "--model=" + bare,
                        "--prefix=x"),
                usage(
                        "tokenizer_missing: --return-full-text" + noTokenizer + "--return-full-text off",
                        tokens,
                        "--model=" + bare,
                        "--return-full-text",
                        "--prefix="),
                usage(
                        "unknown_key: topp in " + unknown
                                + " is not a key, keys are the options of generate without the"
                                + " dashes in front, did you mean top-p?",
                        prompts,
                        "--conf-file=" + unknown),
                usage(
                        "key_given_twice: seed stands twice in " + twice
                                + ", only one of the two values could be used, keep"
                                + " one, or number those of an option that takes several, such as stop.1 and stop.2",
                        prompts,
                        "--conf-file=" + twice),
                usage(
                        "contradicting_settings: the generation settings contradict one another, do_sample with num_beams"
                                + " 2 is beam sampling, which is not supported: set do_sample to false or num_beams to 1, change them on the command line or in the conf file",
                        prompts,
                        "--num-beams=2"),
                usage(
                        "gpu_not_assigned: --device gpu is given and Spark assigns no GPU to tasks,"
                                + " spark.task.resource.gpu.amount is not set, set it together with"
                                + " spark.executor.resource.gpu.amount and the discovery script, or use --device auto",
                        prompts,
                        "--device=gpu"),
                usage(
                        "contradicting_settings: the generation settings contradict one another, temperature 0 is greedy"
                                + " search but do_sample is true: leave do_sample out, or set a temperature above 0, change"
                                + " them on the command line or in the conf file",
                        prompts,
                        "--temperature=0",
                        "--do-sample"),
                usage(
                        "every_row_rejected: --prefix has 300 tokens, the model has 256 positions for prefix, prompt and"
                                + " new tokens, shorten the prefix",
                        prompts,
                        "--prefix=" + "the".repeat(300)),
                usage(
                        "every_row_rejected: --prefix becomes the token 300, the token ids of " + padded
                                + " are 0 to 299, take it out of the prefix",
                        prompts,
                        "--model=" + padded,
                        "--prefix=x[PAD]"),
                usage(
                        "every_row_rejected: --bad-words-ids, --eos-token-id, --min-new-tokens ban every token of the"
                                + " model, no sequence could begin, let them ban fewer tokens",
                        prompts,
                        "--model=" + padded,
                        "--eos-token-id=0",
                        "--min-new-tokens=1",
                        "--bad-words-ids=" + allButEnd),
                usage(
                        "tokenizer_refused: --stop needs a tokenizer and that of " + wordPiece + " cannot be used, "
                                + notByteLevel + "switch --stop off",
                        tokens,
                        "--model=" + wordPiece,
                        "--stop=x"),
                usage(
                        "tokenizer_refused: --prefix needs a tokenizer and that of " + wordPiece + " cannot be used, "
                                + notByteLevel + "switch --prefix off",
                        tokens,
                        "--model=" + wordPiece,
                        "--prefix=x"),
                usage(
                        "token_id_unknown: --bad-words-ids names the token 5000, the token ids of sample-model are 0 to 4095,"
                                + " use ids of this model on the command line or in the conf file",
                        prompts,
                        "--bad-words-ids=[[7],[8,5000]]"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("models")
    void modelsThatCannotBeUsed(ExitCode code, String message, String input, List<String> options) throws Exception {
        refused(code, message, input, finished, overwriting(options));
    }

    Stream<Arguments> models() throws IOException {
        Path none = temp.resolve("none");
        Path bare = sampleModel("no-tokenizer", "tokenizer.json", "vocab.json", "merges.txt");
        Path weightless = sampleModel("weightless", "model.safetensors");
        Path llama = sampleModel("llama");
        Files.writeString(llama.resolve("config.json"), "{\"model_type\": \"llama\"}");
        Path foreign = SmallModel.in(temp.resolve("foreign"))
                .withGenerationConfig("{\"bad_words_ids\": [[7], [300]]}")
                .folder();
        Path outOfRange = SmallModel.in(temp.resolve("out-of-range"))
                .withGenerationConfig("{\"repetition_penalty\": -1}")
                .folder();
        Path contradicting = SmallModel.in(temp.resolve("contradicting"))
                .withGenerationConfig("{\"temperature\": 0.0, \"do_sample\": true}")
                .folder();
        Path full = SmallModel.in(temp.resolve("full"))
                .withConfig(
                        "{\"task_specific_params\": {\"text-generation\": {\"prefix\": \"" + "!".repeat(64) + "\"}}}")
                .folder();
        Path padding = SmallModel.in(temp.resolve("padding"))
                .withConfig("{\"task_specific_params\": {\"text-generation\": {\"prefix\": \"[PAD]\"}}}")
                .withPadBeyondTheEmbeddings()
                .folder();
        Path wordy = SmallModel.in(temp.resolve("wordy"))
                .withGenerationConfig("{\"max_new_tokens\": 65}")
                .folder();
        Path wordPiece =
                SmallModel.in(temp.resolve("only-vocab-txt")).withWordPiece().folder();
        Path stopping = SmallModel.in(temp.resolve("stopping"))
                .withGenerationConfig("{\"stop_strings\": [\"x\"]}")
                .folder();
        Files.delete(stopping.resolve("tokenizer.json"));
        String tokens = parquet("model-tokens", "select 1 as id, array(1, 2) as prompt_token_ids");
        Path adapter = Files.createDirectory(temp.resolve("adapter"));
        Files.writeString(
                adapter.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"base_model_name_or_path\": \"gpt2\"}");
        return Stream.of(
                model(
                        "model_missing: --model " + none + " is not there, there is no such folder on file:///, name a"
                                + " folder in Hugging Face layout, or leave --model out",
                        none),
                model(
                        "model_unreadable: --model nofs://m cannot be read, No FileSystem for scheme \"nofs\", check the"
                                + " folder and the rights of this user",
                        "nofs://m"),
                model(
                        "checkpoint_unsupported: the checkpoint has neither model.safetensors nor pytorch_model.bin, whole or with an index of shards, weights are read from these files only, save the model with save_pretrained of transformers",
                        weightless),
                model("checkpoint_unsupported: …", llama),
                model(
                        "adapter_without_base: " + adapter
                                + " holds a PEFT adapter and not the model that it belongs to,"
                                + " which it calls 'gpt2', an adapter is only what is added to the weights of its base,"
                                + " and a name in a file fetches nothing from elsewhere, name the base with --base-model: its"
                                + " folder, or what the Hugging Face hub calls it",
                        adapter),
                model(
                        "model_missing: --base-model " + none
                                + " is not there, there is no such folder on file:///, name"
                                + " a folder in Hugging Face layout, or leave --base-model out",
                        adapter,
                        "--base-model=" + none),
                model(
                        "base_without_adapter: a base is given, and " + bare + " holds no PEFT adapter, without"
                                + " adapter_config.json a folder is a whole model of its own, leave --base-model out,"
                                + " or give the adapter's folder as the model",
                        bare,
                        "--base-model=" + bare),
                model(
                        "tokenizer_missing: the prompts are text and " + bare
                                + " has no tokenizer, a text cannot be read"
                                + " without one, add tokenizer.json to the model's folder, or give prompt_token_ids as input",
                        bare),
                model(
                        "token_id_unknown: bad_words_ids in the settings of the model names the token 300, the token ids of "
                                + foreign + " are 0 to 299, correct the model's files or give --bad-words-ids",
                        foreign),
                model(
                        "checkpoint_unsupported: generation_config.json: repetition_penalty must be a number from 1e-30 to"
                                + " 1e30 but was -1, the checkpoint's own settings hold wherever no other are given, correct"
                                + " them in the model's files, or give others on the command line",
                        outOfRange),
                model(
                        "checkpoint_unsupported: temperature 0 is greedy search but do_sample is true: leave do_sample"
                                + " out, or set a temperature above 0, the checkpoint's own settings hold wherever no"
                                + " other are given, correct them in the model's files, or give others on the command"
                                + " line",
                        contradicting),
                model(
                        "every_row_rejected: prefix in the settings of the model has 64 tokens, the model has 64"
                                + " positions for prefix, prompt and new tokens, shorten the prefix in the model's files, or"
                                + " give --prefix",
                        full),
                model(
                        "every_row_rejected: prefix in the settings of the model becomes the token 300, the token ids of "
                                + padding
                                + " are 0 to 299, take it out of the prefix in the model's files, or give --prefix",
                        padding),
                arguments(
                        ExitCode.MODEL_REFUSED,
                        "every_row_rejected: max_new_tokens in the settings of the model is 65, the model has 64 positions,"
                                + " lower the limit in the model's files, or give --max-new-tokens",
                        tokens,
                        List.of("--model=" + wordy)),
                arguments(
                        ExitCode.MODEL_REFUSED,
                        "tokenizer_missing: stop in the settings of the model needs a tokenizer and " + stopping
                                + " has none, a text can be neither read nor written without one, add tokenizer.json to the"
                                + " model's folder or unset it in the model's files",
                        tokens,
                        List.of("--model=" + stopping)),
                model(
                        "invalid_tokenizer: " + wordPiece
                                + " has vocab.txt and no tokenizer.json, that is a tokenizer of"
                                + " WordPiece, and only byte-level BPE is supported, give prompt_token_ids that its own"
                                + " tokenizer made, or use a checkpoint with GPT-2's kind of tokenizer (byte-level BPE)",
                        wordPiece));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("inputs")
    void inputsThatCannotBeUsed(ExitCode code, String message, String input, List<String> options) throws Exception {
        refused(code, message, input, finished, overwriting(options));
    }

    Stream<Arguments> inputs() throws IOException {
        Path none = temp.resolve("no-input");
        Path text = Files.writeString(temp.resolve("prompts.dat"), "id,prompt\n1,some text\n");
        String nulls = parquet("nulls", "select if(id > 7, null, id) as id, 'x' as prompt from range(10)");
        String repeated = parquet("repeated", "select id % 2 as id, 'x' as prompt from range(4)");
        String bytes = parquet("bytes", "select cast(X'61ff' as string) as id, 'x' as prompt");
        String twoColumns = parquet("two-columns", "select 1 as id, 'x' as text, array(1) as prompt_token_ids");
        return Stream.of(
                input(
                        "input_missing: --input file:" + none
                                + " does not exist, there is nothing to read, correct the path;"
                                + " on a cluster it must be one that every node can read",
                        none),
                input(
                        "input_unusable: --input nofs://a cannot be used, No FileSystem for scheme \"nofs\", check the path,"
                                + " its file system and the rights of this user",
                        "nofs://a"),
                input(
                        "input_not_parquet: file:" + text
                                + " is not a Parquet file, it neither begins nor ends with PAR1,"
                                + " move it away or, in a folder, begin its name with a dot, then it is passed over;"
                                + " where it holds CSV, JSON lines or text, let its name end in .csv, .jsonl or .txt",
                        text),
                input(
                        "calendar_unknown: --input file:" + ancient() + " has dates before 1582-10-15 or timestamps"
                                + " before 1900, a file does not say by which calendar they are counted, …",
                        ancient()),
                input(
                        "missing_column: the input has no prompt column txt, its columns are id, text, prompt_token_ids and"
                                + " the nearest is text, name the prompt column of the input or add one",
                        twoColumns,
                        "--prompt-column=txt"),
                input(
                        "missing_column: the input has no id column key, its columns are id, text, prompt_token_ids, name"
                                + " the id column of the input or add one, or let --id-column auto make ids of each row's"
                                + " file and number",
                        twoColumns,
                        "--id-column=key"),
                input(
                        "wrong_column_type: the column id is of type double, it must be string, byte, short, int, long or a"
                                + " decimal without fraction, cast the column to string, byte, short, int, long or a decimal"
                                + " without fraction, or name another one",
                        parquet("double", "select 1D as id, 'x' as prompt")),
                input(
                        "unknown_setting: the column sampling_params has the field topp, no setting of a row is called so and"
                                + " the nearest is top_p, rename the field or drop it",
                        parquet(
                                "unknown-setting",
                                "select 1 as id, 'x' as prompt, named_struct('topp', 0.5D) as sampling_params")),
                input(
                        "column_clash: the input column Status cannot be carried through, the output has a column status of"
                                + " its own and case makes no difference, choose names for the output's own columns with"
                                + " --output-prefix, or rename or drop the input column",
                        parquet("clash", "select 1 as id, 'x' as prompt, 2 as Status")),
                input(
                        "column_type_unreadable: these columns of file:" + timeOfDay()
                                + " cannot be read: at of times of day, Spark has no type for their values, cast these columns or drop them",
                        timeOfDay()),
                input(
                        "id_null: the id column id has no value in 2 rows," + ID_KEYS
                                + " fill the column or leave these rows" + " out",
                        nulls),
                input(
                        "id_repeated: the id column id holds 2 ids more than once, such as 0 (2 rows), 1 (2 rows),"
                                + ID_KEYS + " make the ids unique or name another column with --id-column",
                        repeated),
                input(
                        "id_bad_encoding: the id column id has bytes that are not UTF-8 in 1 row, different ids would"
                                + " become one when their characters are told from their bytes, write the column anew with the"
                                + " right character set or name another one with --id-column",
                        bytes));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("outputs")
    void outputsThatCannotBeUsed(ExitCode code, String message, String input, List<String> options, Path output)
            throws Exception {
        refused(code, message, input, output, options);
    }

    Stream<Arguments> outputs() throws IOException {
        String prompts = GenerateRuns.PROMPTS;
        Path file = Files.writeString(temp.resolve("file"), "mine");
        Path mixed = temp.resolve("mixed");
        GenerateRuns.copy(finished, mixed);
        Files.writeString(mixed.resolve("notes.txt"), "mine");
        Path around = temp.resolve("around");
        GenerateRuns.copy(finished, around);
        String inside = parquet("around/in", "select 1 as id, 'x' as prompt");
        return Stream.of(
                output(
                        "output_exists: --output file:" + finished
                                + " is not empty, existing files are never mixed with new"
                                + " ones, choose another output folder, …",
                        prompts,
                        finished),
                output(
                        "output_has_other_files: --output file:" + mixed
                                + " holds 1 file that no plan of an"
                                + " earlier run names, such as notes.txt, --overwrite removes only what Promptmill wrote, move"
                                + " these files away or choose another output folder",
                        prompts,
                        mixed,
                        "--overwrite"),
                output(
                        "output_is_file: --output file:" + file
                                + " is a file, the rows are written into a folder, choose" + " another output folder",
                        prompts,
                        file,
                        "--overwrite"),
                output(
                        "output_is_input: --output file:" + around + " and --input file:" + inside
                                + " lie in one another,"
                                + " the run would read its own rows or remove its input, choose another output folder",
                        inside,
                        around,
                        "--overwrite"),
                output(
                        "output_unusable: --output file:" + file
                                + "/below cannot be used, Parent path is not a directory: file:" + file
                                + ", check the path, its file system and the rights of this user",
                        prompts,
                        file.resolve("below"),
                        "--overwrite"));
    }

    private void refused(ExitCode code, String message, String input, Path output, List<String> options)
            throws IOException {
        Map<String, String> before = GenerateRuns.files(temp);
        assertThatThrownBy(() -> runs.generate(input, output, options.toArray(String[]::new)))
                .isInstanceOf(RefusalException.class)
                .satisfies(e -> assertThat(e).hasMessageStartingWith(message.replace("…", "")))
                .satisfies(
                        e -> assertThat(message.endsWith("…") || e.getMessage().equals(message))
                                .as("%s is all of %s", message, e.getMessage())
                                .isTrue())
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(code);
        assertThat(GenerateRuns.files(temp)).isEqualTo(before);
    }

    private static List<String> overwriting(List<String> options) {
        List<String> all = new ArrayList<>(options);
        all.add("--overwrite");
        return all;
    }

    private static Arguments usage(String message, String input, String... options) {
        return arguments(ExitCode.WRONG_USAGE, message, input, List.of(options));
    }

    private static Arguments model(String message, Object model, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--model=" + model);
        return arguments(ExitCode.MODEL_REFUSED, message, GenerateRuns.PROMPTS, all);
    }

    private static Arguments input(String message, Object input, String... options) {
        return arguments(ExitCode.INPUT_REFUSED, message, input.toString(), List.of(options));
    }

    private static Arguments output(String message, String input, Path output, String... options) {
        return arguments(ExitCode.OUTPUT_REFUSED, message, input, List.of(options), output);
    }

    private String parquet(String name, String query) {
        String path = temp.resolve(name).toString();
        spark.sql(query).coalesce(1).write().parquet(path);
        return path;
    }

    private Path sampleModel(String name, String... without) throws IOException {
        Path folder = Files.createDirectory(temp.resolve(name));
        SampleModel.copyTo(folder);
        for (String file : without) {
            Files.deleteIfExists(folder.resolve(file));
        }
        return folder;
    }

    /** A date of the year 1422 from a writer that does not say by which calendar it counts. */
    private Path ancient() throws IOException {
        MessageType schema = MessageTypeParser.parseMessageType(
                "message m { required int64 id; required binary prompt (STRING); required int32 day (DATE); }");
        Group row = new SimpleGroupFactory(schema).newGroup();
        row.append("id", 1L).append("prompt", "x").append("day", -200_000);
        return foreign("ancient.parquet", schema, row);
    }

    private Path timeOfDay() throws IOException {
        MessageType schema = MessageTypeParser.parseMessageType(
                "message m { required int64 id; required binary prompt (STRING); required int32 at (TIME(MILLIS,true)); }");
        Group row = new SimpleGroupFactory(schema).newGroup();
        row.append("id", 1L).append("prompt", "x").append("at", 1);
        return foreign("time-of-day.parquet", schema, row);
    }

    private Path foreign(String name, MessageType schema, Group row) throws IOException {
        Path file = temp.resolve(name);
        if (!Files.exists(file)) {
            Configuration hadoop = new Configuration();
            hadoop.set("parquet.example.schema", schema.toString());
            try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(
                            HadoopOutputFile.fromPath(new org.apache.hadoop.fs.Path(file.toUri()), hadoop))
                    .withConf(hadoop)
                    .withType(schema)
                    .build()) {
                writer.write(row);
            }
        }
        return file;
    }
}
