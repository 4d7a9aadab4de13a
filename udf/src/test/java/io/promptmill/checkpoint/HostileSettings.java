package io.promptmill.checkpoint;

import io.promptmill.Fuzzing;
import io.promptmill.HostileFile;
import io.promptmill.checkpoint.lora.LoraConfig;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Settings and shard indexes of a checkpoint that are no JSON, or JSON that asks for too much. */
public final class HostileSettings {
    private static final String CONFIG = "config.json";
    private static final String INDEX = "model.safetensors.index.json";
    private static final String GENERATION = "generation_config.json";
    private static final String MILLION_DIGITS = "1".repeat(1_000_000);

    private HostileSettings() {}

    public static Stream<HostileFile> all() {
        return Stream.of(
                        noJson(CONFIG),
                        noJson(GENERATION),
                        noJson(INDEX),
                        noJson(LoraConfig.FILE),
                        configs(),
                        adapters(),
                        generationConfigs(),
                        indexes())
                .flatMap(cases -> cases);
    }

    /** Inputs for the search of more: one that is in order, and the small ones of a file of these. */
    public static Stream<byte[]> seeds(String file, String good) {
        return Stream.concat(
                Stream.of(good.getBytes(StandardCharsets.UTF_8)),
                Fuzzing.small(all().filter(hostile -> hostile.file().equals(file))));
    }

    private static Stream<HostileFile> noJson(String file) {
        return Stream.of(
                new HostileFile("nothing", file, "", "its JSON is not an object"),
                new HostileFile("a list", file, "[]", "its JSON is not an object"),
                new HostileFile("a byte order mark", file, "\ufeff{}", "its JSON is malformed"),
                new HostileFile("a key twice", file, "{\"a\":1,\"a\":2}", "Duplicate field 'a'"),
                new HostileFile("two objects", file, "{}{}", "its JSON is malformed"),
                new HostileFile("not a number", file, "{\"a\":NaN}", "its JSON is malformed"),
                new HostileFile("not UTF-8", file, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}, "not UTF-8"),
                new HostileFile("100,000 deep", file, "{\"a\":" + "[".repeat(100_000), "nesting depth"),
                new HostileFile("a million objects", file, "{\"a\":[" + "{},".repeat(1_000_000) + "1]}", "JSON tokens"),
                new HostileFile("2,000 digits", file, "{\"a\":" + "1".repeat(2_000) + "}", "its JSON is malformed"),
                new HostileFile("5 MiB", file, " ".repeat(5 << 20), "it has 5242880 bytes, more than the allowed"));
    }

    private static Stream<HostileFile> adapters() {
        String manyPatterns =
                IntStream.range(0, 1_001).mapToObj(i -> "\"" + i + "\":1").collect(Collectors.joining(","));
        return Stream.of(
                adapter("no type", "", "has the peft_type ''"),
                adapter("another type of lines", "\"peft_type\":\"a\\n\\u001b[2J\"", "the peft_type 'a??[2J'"),
                lora("a scale of text", "\"lora_alpha\":\"8\"", "lora_alpha cannot be '\"8\"'"),
                lora("patterns as a list", "\"alpha_pattern\":[1]", "alpha_pattern cannot be '[1]'"),
                lora("a pattern without end", "\"alpha_pattern\":{\"(\":1}", "has '(', which is no regular expression"),
                lora("a pattern of text", "\"alpha_pattern\":{\"a\":\"b\"}", "has the entry 'a', which is too long or"),
                lora("nested groups", "\"alpha_pattern\":{\"" + "(".repeat(100_000) + "\":1}", "which is too long"),
                lora(
                        "a thousand patterns",
                        "\"alpha_pattern\":{" + manyPatterns + "}",
                        "alpha_pattern has more than 1000 entries"));
    }

    private static HostileFile adapter(String name, String fields, String refusal) {
        return new HostileFile(name, LoraConfig.FILE, "{" + fields + "}", refusal);
    }

    private static HostileFile lora(String name, String fields, String refusal) {
        return adapter(name, "\"peft_type\":\"LORA\"," + fields, refusal);
    }

    private static Stream<HostileFile> configs() {
        return Stream.of(
                config(
                        "no model type",
                        "",
                        "has no model_type, no architectures, and not all of GPT-2's fields n_embd, n_layer, n_head"),
                config("another model", "\"model_type\":\"llama\"", "has the model_type 'llama'"),
                config("a model type of 4 MB", "\"model_type\":\"" + "x".repeat(4_000_000) + "\"", "model_type 'xxx"),
                config("a model type of lines", "\"model_type\":\"a\\n\\u001b[2J\"", "model_type 'a??[2J'"),
                gpt2("code of its own", "\"auto_map\":{\"AutoModel\":\"evil.py\"}", "config.json sets auto_map"),
                gpt2("a billion layers", "\"n_layer\":1000000000", "n_layer must be from 1 to 1024"),
                gpt2("no layers", "\"n_layer\":0", "n_layer must be from 1 to 1024 but is 0"),
                gpt2("layers of 64 bits", "\"n_layer\":99999999999", "n_layer must be a whole number of 32 bits"),
                gpt2("a fraction of layers", "\"n_layer\":1.5", "n_layer must be a whole number of 32 bits"),
                gpt2("layers as text", "\"n_layer\":\"12\"", "n_layer must be a whole number of 32 bits"),
                gpt2(
                        "layers as a list of 2 MB",
                        "\"n_layer\":[" + "1,".repeat(400_000) + "1]",
                        "n_layer must be a whole"),
                gpt2("2^31 - 1 wide", "\"n_embd\":2147483647", "n_embd must be from 1 to 1048576"),
                gpt2("a negative width", "\"n_embd\":-1", "n_embd must be from 1"),
                gpt2("more heads than width", "\"n_head\":1000", "n_head 1000 does not divide n_embd 768"),
                gpt2("a vocabulary of 2^30", "\"vocab_size\":1073741824", "vocab_size must be from 1 to 1048576"),
                gpt2("2^31 positions", "\"n_positions\":2147483648", "n_positions must be a whole number of 32 bits"),
                gpt2("two widths", "\"n_embd\":8,\"hidden_size\":16", "hidden_size must be the same as n_embd"),
                gpt2("an endless epsilon", "\"layer_norm_epsilon\":1e999", "layer_norm_epsilon must be greater than 0"),
                gpt2("a negative epsilon", "\"layer_norm_epsilon\":-1e-5", "layer_norm_epsilon must be greater than 0"),
                gpt2("an activation of code", "\"activation_function\":\"os.system\"", "is none of gelu_new"),
                gpt2(
                        "a begin token of 64 bits",
                        "\"bos_token_id\":99999999999",
                        "bos_token_id must be a whole number of 32 bits"),
                gpt2(
                        "the largest model allowed without its weights",
                        "\"n_layer\":1024,\"n_embd\":1048576,\"n_head\":1,\"n_inner\":1048576,\"n_positions\":1048576",
                        "and 12270 more"),
                gpt2(
                        "task settings that are none",
                        "\"task_specific_params\":{\"text-generation\":5}",
                        "not an object"),
                new HostileFile(
                        "a task that samples nothing",
                        CONFIG,
                        SmallestModel.CONFIG.replace(
                                "}",
                                ",\"task_specific_params\":{\"text-generation\":{\"do_sample\":true,\"top_p\":2}}}"),
                        "top_p must be a number between 0 and 1 but was 2"));
    }

    private static Stream<HostileFile> generationConfigs() {
        return Stream.of(
                generation(
                        "a million digits as text", "\"max_new_tokens\":\"" + MILLION_DIGITS + "\"", "max_new_tokens"),
                generation(
                        "a million digits in a list", "\"eos_token_id\":[\"" + MILLION_DIGITS + "\"]", "eos_token_id"),
                generation(
                        "a million digits in a text of lists",
                        "\"bad_words_ids\":\"[[" + MILLION_DIGITS + "]]\"",
                        "bad_words_ids must be a list of non-empty lists"),
                generation("an exponent without end", "\"top_k\":\"1e999999999\"", "top_k must be a whole number"),
                generation(
                        "an exponent without beginning", "\"top_k\":\"1e-999999999\"", "top_k must be a whole number"),
                generation(
                        "brackets without end", "\"bad_words_ids\":\"" + "]".repeat(1_000_000) + "\"", "bad_words_ids"),
                generation(
                        "spaces between brackets",
                        "\"bad_words_ids\":\"[[1" + ("]" + " ".repeat(2_000)).repeat(1_000) + "]]\"",
                        "bad_words_ids must be"),
                generation(
                        "an endless temperature",
                        "\"temperature\":1e999",
                        "temperature must be a number that is 0 or at least"),
                generation("a temperature of no number", "\"temperature\":\"NaN\"", "temperature must be a number"),
                generation(
                        "a negative temperature",
                        "\"temperature\":-1",
                        "temperature must be a number that is 0 or at least"),
                generation("more than probable", "\"top_p\":1.5", "top_p must be a number between 0 and 1 but was 1.5"),
                generation("2^40 tokens", "\"max_new_tokens\":1099511627776", "max_new_tokens must be a whole number"),
                generation("half a token", "\"eos_token_id\":[0.5]", "eos_token_id must be one token id or a list"),
                generation(
                        "a map of tokens", "\"eos_token_id\":{\"a\":1}", "eos_token_id must be one token id or a list"),
                generation("lists of lists of lists", "\"bad_words_ids\":[[[1]]]", "bad_words_ids must be a list"),
                generation("a list of nothing", "\"bad_words_ids\":[[]]", "bad_words_ids must be a list of non-empty"),
                generation("an empty stop", "\"stop_strings\":[\"\"]", "stop must be a non-empty text"),
                generation(
                        "a stop of 1 MB that is no text", "\"stop\":[" + "1,".repeat(300_000) + "1]", "stop must be"),
                generation("neither true nor false", "\"do_sample\":\"maybe\\n\"", "do_sample must be true or false"),
                generation(
                        "an early stop of lines",
                        "\"num_beams\":2,\"early_stopping\":\"a\\nb\"",
                        "true, false or never but was a?b"));
    }

    private static Stream<HostileFile> indexes() {
        String manyShards = IntStream.range(0, 1_001)
                .mapToObj(i -> "\"t" + i + "\":\"s" + i + "\"")
                .collect(Collectors.joining(","));
        String plain = "is no plain file name, and nothing outside the checkpoint's folder is read";
        return Stream.of(
                shard("a folder up", "../model.safetensors", plain),
                shard("many folders up", "../../../../etc/passwd", plain),
                shard("an absolute path", "/etc/passwd", plain),
                shard("the folder itself", ".", plain),
                shard("the folder above", "..", plain),
                shard("a folder below", "a/b.safetensors", plain),
                shard("a path of Windows", "C:\\\\x", plain),
                shard("an address", "http://example.org/x", plain),
                shard("no name", "", plain),
                shard("a hidden file", ".ssh", plain),
                shard("an end of text in a name", "a\\u0000b", plain),
                shard("lines in a name", "a\\nb", "the shard 'a?b' is no plain file name"),
                shard("a name of 1 MB", "x".repeat(1_000_000), plain),
                shard("a letter that looks like another", "m\u043edel.safetensors", plain),
                shard("a missing shard", "model-00001-of-00001.safetensors", "it is missing or not a file"),
                shard("itself", INDEX, INDEX + ": a header of"),
                shard("the configuration", CONFIG, "config.json: a header of"),
                index("no map", "{}", "its weight_map names 0 shards"),
                index("a map that is a list", "{\"weight_map\":[\"a\"]}", "its weight_map names 0 shards"),
                index("a shard that is an object", "{\"weight_map\":{\"a\":{}}}", "the shard ''"),
                index("a thousand and one shards", "{\"weight_map\":{" + manyShards + "}}", "names 1001 shards"));
    }

    private static HostileFile shard(String name, String shard, String refusal) {
        return index(name, "{\"weight_map\":{\"wte.weight\":\"" + shard + "\"}}", refusal);
    }

    private static HostileFile index(String name, String json, String refusal) {
        return new HostileFile(name, INDEX, json, refusal);
    }

    private static HostileFile gpt2(String name, String fields, String refusal) {
        return config(name, "\"model_type\":\"gpt2\"," + fields, refusal);
    }

    private static HostileFile config(String name, String fields, String refusal) {
        return new HostileFile(name, CONFIG, "{" + fields + "}", refusal);
    }

    private static HostileFile generation(String name, String fields, String refusal) {
        // What is only for sampling is not read where nothing is drawn.
        String sampling = fields.contains("do_sample") || fields.contains("beams") ? "" : "\"do_sample\":true,";
        return new HostileFile(name, GENERATION, "{" + sampling + fields + "}", refusal);
    }
}
