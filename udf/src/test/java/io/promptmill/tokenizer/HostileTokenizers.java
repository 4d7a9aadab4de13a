package io.promptmill.tokenizer;

import io.promptmill.HostileFile;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Tokenizer files that are no JSON, contradict themselves, or ask for too much. */
final class HostileTokenizers {
    /** A sound {@code tokenizer.json} of four tokens. */
    static final String SOUND = "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,"
            + "\"added_tokens\":[{\"id\":3,\"content\":\"<|endoftext|>\",\"single_word\":false,\"lstrip\":false,"
            + "\"rstrip\":false,\"normalized\":false,\"special\":true}],\"normalizer\":null,"
            + "\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"use_regex\":true},"
            + "\"post_processor\":null,\"decoder\":{\"type\":\"ByteLevel\"},"
            + "\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"ab\":2,\"<|endoftext|>\":3},"
            + "\"merges\":[[\"a\",\"b\"]]}}";

    static final String VOCABULARY = "{\"a\":0,\"b\":1,\"ab\":2}";
    static final String MERGES = "#version: 0.2\na b\n";

    private static final String PROMPT = "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}";
    private static final String TOKENIZER_FILE = "tokenizer.json";
    private static final String VOCABULARY_FILE = "vocab.json";
    private static final String MERGES_FILE = "merges.txt";
    private static final int MILLION = 1_000_000;

    private HostileTokenizers() {}

    static Stream<HostileFile> all() {
        return Stream.concat(small(), large());
    }

    /** Those of some kilobytes. */
    static Stream<HostileFile> small() {
        return Stream.of(
                        noJson(TOKENIZER_FILE),
                        noJson(VOCABULARY_FILE),
                        structures(),
                        vocabularies(),
                        merges(),
                        mergeLines(),
                        addedTokens(),
                        settings())
                .flatMap(files -> files);
    }

    private static Stream<HostileFile> noJson(String file) {
        return Stream.of(
                new HostileFile("nothing", file, "", "holds no JSON object"),
                new HostileFile("a list", file, "[]", "holds no JSON object"),
                new HostileFile("half an object", file, "{\"model\":", "cannot be read as JSON"),
                new HostileFile("two objects", file, "{}{}", "cannot be read as JSON"),
                new HostileFile("a key twice", file, "{\"a\":1,\"a\":2}", "Duplicate field 'a'"),
                new HostileFile("a key of lines twice", file, twice("a\\n\\u001b[2J"), "Duplicate field 'a??[2J'"),
                new HostileFile("not UTF-8", file, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}, "no UTF-8"));
    }

    private static Stream<HostileFile> structures() {
        return Stream.of(
                tokenizer("no model", "\"model\":", "\"x\":", "x is {"),
                tokenizer("a model that is a list", "\"model\":{", "\"version\":{},\"model\":[{", "cannot be read"),
                tokenizer("another model", "\"BPE\"", "\"Unigram\"", "type is \"Unigram\", BPE is the only one"),
                tokenizer("a model of lines", "\"BPE\"", "\"a\\n\\u202e\"", "BPE is the only one supported"),
                tokenizer("code to run", "\"version\"", "\"auto_map\":\"evil.py\",\"version\"", "field is not known"),
                tokenizer("a normalizer", "\"normalizer\":null", "\"normalizer\":{\"type\":\"NFC\"}", "normalizer is"),
                tokenizer(
                        "an endless pattern",
                        "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"use_regex\":true}",
                        "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(a+)+$\"}}",
                        "ByteLevel is the only one supported"),
                tokenizer(
                        "a version to come", "\"1.0\"", "\"2.0\"", "version is \"2.0\", 1.0 is the only one supported"),
                tokenizer(
                        "two splitters",
                        "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"use_regex\":true}",
                        "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"ByteLevel\"},{\"type\":\"ByteLevel\"}]}",
                        "ByteLevel alone is the only one supported"),
                tokenizer(
                        "a sequence of no splitters",
                        "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"use_regex\":true}",
                        "{\"type\":\"Sequence\",\"pretokenizers\":[]}",
                        "pretokenizers is [], ByteLevel alone"),
                tokenizer(
                        "sequences of sequences",
                        "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"use_regex\":true}",
                        "{\"type\":\"Sequence\",\"pretokenizers\":[".repeat(20)
                                + "{\"type\":\"Digits\"}"
                                + "]}".repeat(20),
                        "type is \"Digits\", ByteLevel is the only one supported"),
                tokenizer(
                        "a flag that is a number", "\"use_regex\":true", "\"use_regex\":1", "true or false is needed"),
                tokenizer("dropout", "\"type\":\"BPE\"", "\"type\":\"BPE\",\"dropout\":0.5", "dropout is 0.5"),
                tokenizer(
                        "a processor that adds tokens",
                        "\"post_processor\":null",
                        "\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":1}]}",
                        "special tokens would be added to every prompt"),
                processor(
                        "a processor in a sequence that adds tokens",
                        "{\"type\":\"Sequence\",\"processors\":["
                                + "{\"type\":\"ByteLevel\"},{\"type\":\"RobertaProcessing\"}]}",
                        "special tokens would be added"),
                processor("a processor that leaves the prompt out", template(""), "would not be its own tokens alone"),
                processor(
                        "a processor that doubles the prompt", template(PROMPT + "," + PROMPT), "its own tokens alone"),
                processor(
                        "a processor for a second text",
                        template("{\"Sequence\":{\"id\":\"B\"}}"),
                        "its own tokens alone"));
    }

    private static String template(String single) {
        return "{\"type\":\"TemplateProcessing\",\"single\":[" + single + "]}";
    }

    private static HostileFile processor(String name, String processor, String refusal) {
        return tokenizer(name, "\"post_processor\":null", "\"post_processor\":" + processor, refusal);
    }

    private static Stream<HostileFile> vocabularies() {
        return Stream.of(
                vocabulary("no tokens", "{}", "the vocabulary has 0 tokens, 1 to 1000000 are possible"),
                vocabulary("a token without id", "{\"a\":null}", "a token id is needed"),
                vocabulary("an id of text", "{\"a\":\"0\"}", "a token id is needed"),
                vocabulary("an id of 2^31", "{\"a\":2147483648}", "a token id is needed"),
                vocabulary("an id with a fraction", "{\"a\":0.0}", "a token id is needed"),
                vocabulary("an id of 2,000 digits", "{\"a\":" + "9".repeat(2_000) + "}", "cannot be read as JSON"),
                vocabulary(
                        "a token of lines without id", "{\"a\\n\\u001b[2J\":[]}", "a??[2J is [], a token id is needed"),
                vocabulary("a negative id", "{\"a\":-1}", "token 'a' has id -1"),
                vocabulary("an id of 2^31 - 1", "{\"a\":2147483647}", "token 'a' has id 2147483647"),
                vocabulary("a gap of a million", "{\"a\":0,\"b\":1000000}", "has id 1000000, ids are 0 to 999999"),
                vocabulary("one id for two tokens", "{\"a\":0,\"b\":0}", "both have id 0"),
                vocabulary("an empty token", "{\"\":0}", "has 0 characters"),
                vocabulary("half a surrogate pair", "{\"\\ud800\":0}", "holds a lone surrogate"));
    }

    private static Stream<HostileFile> merges() {
        String pair = "[\"a\",\"b\"]";
        return Stream.of(
                tokenizer("merges that are no list", "[" + pair + "]", "{}", "merges is {}, a list is needed"),
                tokenizer("a merge of one", pair, "[\"a\"]", "each merge is two texts"),
                tokenizer("a merge of three", pair, "[\"a\",\"b\",\"a\"]", "each merge is two texts"),
                tokenizer("a merge of numbers", pair, "[0,1]", "each merge is two texts"),
                tokenizer("a merge of an object", pair, "{\"a\":1,\"b\":2}", "each merge is two texts"),
                tokenizer("a merge into nothing", pair, "[\"b\",\"a\"]", "needs token 'ba', the vocabulary does not"),
                tokenizer("a merge with itself in a circle", pair, "[\"ab\",\"ab\"]", "needs token 'abab'"),
                tokenizer("a merge with the empty text", pair, "[\"\",\"ab\"]", "needs token ''"),
                tokenizer("a merge of lines", pair, "\"a\\nb\\u001b[2J\"", "merge 'a?b?[2J' is not two tokens"));
    }

    /** Those that are large, or would be when read without limits. */
    private static Stream<HostileFile> large() {
        return Stream.of(
                new HostileFile(
                        "a key of 2 MB twice", TOKENIZER_FILE, twice("x".repeat(2_000_000)), "Duplicate field 'xxx"),
                new HostileFile(
                        "3 million objects",
                        TOKENIZER_FILE,
                        "{\"a\":[" + "{},".repeat(3 * MILLION) + "1]}",
                        "JSON tokens"),
                tokenizer(
                        "a million processors",
                        "\"post_processor\":null",
                        "\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":[" + "{},".repeat(MILLION)
                                + "{}]}",
                        "special tokens would be added to every prompt"),
                vocabulary("a token of a megabyte", "{\"" + "a".repeat(MILLION) + "\":0}", "has 1000000 characters"),
                vocabulary("a million and one tokens", "{" + tokens(MILLION + 1) + "}", "the vocabulary has 1000001"),
                mergeLine("one line 100,000 times and another", "a b\n".repeat(100_000) + "b a", "needs token 'ba'"),
                mergeLine("a million and two lines", "a b\n".repeat(MILLION + 2), "there are 1000002 merges"),
                tokenizer(
                        "half a million added tokens",
                        "\"added_tokens\":[",
                        "\"added_tokens\":[" + "{\"id\":3},".repeat(500_000),
                        "content is missing, a text is needed"),
                new HostileFile(
                        "a million special tokens",
                        "tokenizer_config.json",
                        "{\"additional_special_tokens\":[" + specialTokens(MILLION) + "]}",
                        "there are 1000001 added tokens of"),
                new HostileFile(
                        "a thousand long added tokens",
                        "added_tokens.json",
                        "{" + longTokens(1_000) + "}",
                        "there are 1001 added tokens of 2004013 characters"),
                tokenizer(
                        "a merge of a megabyte",
                        "[\"a\",\"b\"]",
                        "\"" + "a".repeat(MILLION) + "\"",
                        "is not two tokens"),
                mergeLine("a line of a megabyte", "x".repeat(MILLION), "is not two tokens"),
                tokenizer(
                        "a text of a megabyte",
                        "\"content\":\"<|endoftext|>\"",
                        "\"content\":\"" + "x".repeat(MILLION) + "\"",
                        "1000000 char"),
                new HostileFile(
                        "an id of a megabyte", "tokenizer_config.json", decoder("1".repeat(MILLION)), "is no token id"),
                tokenizer(
                        "a field of a megabyte",
                        "\"version\"",
                        "\"" + "x".repeat(MILLION) + "\":1,\"version\"",
                        "xxx..."),
                new HostileFile("lists 100,000 deep", TOKENIZER_FILE, "{\"a\":" + "[".repeat(100_000), "nesting depth"),
                new HostileFile("objects 100,000 deep", TOKENIZER_FILE, "{\"a\":".repeat(100_000), "nesting depth"),
                new HostileFile("33 MiB", TOKENIZER_FILE, " ".repeat(33 << 20), "larger than 32 MiB"),
                new HostileFile("33 MiB", MERGES_FILE, new byte[33 << 20], "larger than 32 MiB"),
                new HostileFile(
                        "100,000 deep", "tokenizer_config.json", "{\"a\":" + "[".repeat(100_000), "nesting depth"),
                collidingMerges());
    }

    /** 65,536 merges whose texts hash the same, so that a set of texts would look at all of them for each. */
    private static HostileFile collidingMerges() {
        int bits = 8;
        String halves = names(bits);
        String tokens = IntStream.range(0, 1 << bits)
                .mapToObj(left -> name(left, bits))
                .flatMap(left -> IntStream.range(0, 1 << bits).mapToObj(right -> left + name(right, bits)))
                .collect(Collectors.joining("\",\""));
        String[] all = (halves + "\",\"" + tokens).split("\",\"", -1);
        String vocabulary = IntStream.range(0, all.length)
                .mapToObj(id -> "\"" + all[id] + "\":" + id)
                .collect(Collectors.joining(","));
        String merges = IntStream.range(1 << bits, all.length)
                .mapToObj(id -> "\"" + all[id].substring(0, 2 * bits) + " " + all[id].substring(2 * bits) + "\"")
                .collect(Collectors.joining(","));
        return tokenizer(
                "merges whose hashes collide",
                "\"vocab\":{\"a\":0,\"b\":1,\"ab\":2,\"<|endoftext|>\":3},\"merges\":[[\"a\",\"b\"]]",
                "\"vocab\":{" + vocabulary + "},\"merges\":[" + merges + ",\"Aa\"]",
                "merge 'Aa' is not two tokens");
    }

    private static String names(int bits) {
        return IntStream.range(0, 1 << bits).mapToObj(i -> name(i, bits)).collect(Collectors.joining("\",\""));
    }

    /** "Aa" and "BB" have the same hash, and so have all texts of as many of them. */
    private static String name(int number, int bits) {
        return Integer.toBinaryString((1 << bits) + number)
                .substring(1)
                .replace("0", "Aa")
                .replace("1", "BB");
    }

    private static Stream<HostileFile> mergeLines() {
        return Stream.of(
                mergeLine("one token", "a", "merge 'a' is not two tokens with a space between"),
                mergeLine("three tokens", "a b ab", "is not two tokens"),
                mergeLine("two spaces", "a  b", "is not two tokens"),
                mergeLine("a space in front", " a", "is not two tokens"),
                mergeLine("a tab", "a\tb", "merge 'a?b' is not two tokens"),
                mergeLine("an unknown token", "a c", "merge 'a' 'c' needs token 'c'"),
                new HostileFile("zeros", MERGES_FILE, new byte[1_000], "is not two tokens"),
                new HostileFile("not UTF-8", MERGES_FILE, new byte[] {'a', ' ', (byte) 0xff}, "is no UTF-8 text"));
    }

    private static Stream<HostileFile> addedTokens() {
        String content = "\"content\":\"<|endoftext|>\"";
        return Stream.of(
                tokenizer("an id of text", "\"id\":3", "\"id\":\"3\"", "a token id is needed"),
                tokenizer("a negative id", "\"id\":3", "\"id\":-1", "id is -1, a token id is needed"),
                tokenizer("an id of 64 bits", "\"id\":3", "\"id\":4294967299", "a token id is needed"),
                tokenizer("no text", content, "\"content\":7", "content is 7, a text is needed"),
                tokenizer("half a surrogate pair", content, "\"content\":\"\\udc00\"", "lone surrogate"),
                new HostileFile(
                        "a text of lines that takes an id",
                        TOKENIZER_FILE,
                        SOUND.replace(content, "\"content\":\"a\\n\\u001b[2J\"").replace("|>\":3}", "|>\":4}"),
                        "'a??[2J' gets id 4, which token '<|endoftext|>' has"),
                new HostileFile(
                        "a byte that takes a gap",
                        TOKENIZER_FILE,
                        SOUND.replace(content, "\"content\":\"c\"").replace("|>\":3}", "|>\":9}"),
                        "gaps in its ids and lacks added token 'c'"),
                tokenizer("a flag of text", "\"special\":true", "\"special\":\"yes\"", "true or false is needed"));
    }

    private static Stream<HostileFile> settings() {
        String config = "tokenizer_config.json";
        String map = "special_tokens_map.json";
        String added = "added_tokens.json";
        return Stream.of(
                new HostileFile("a list", config, "[]", "holds no JSON object"),
                new HostileFile(
                        "special tokens split", config, "{\"split_special_tokens\":true}", "would be split as words"),
                new HostileFile(
                        "another class",
                        config,
                        "{\"tokenizer_class\":\"BertTokenizerFast\"}",
                        "\"BertTokenizerFast\", that class splits text by rules of its own"),
                new HostileFile("a class of lists", config, "{\"tokenizer_class\":[]}", "a text is needed"),
                new HostileFile(
                        "a token of numbers", config, "{\"bos_token\":5}", "bos_token is 5, a special token is"),
                new HostileFile("an id of words", config, decoder("x"), "key 'x' is no token id"),
                new HostileFile("an id of lines", config, decoder("1\\n\\u001b[2J"), "key '1??[2J' is no token id"),
                new HostileFile("a negative id", config, decoder("-1"), "key '-1' is no token id"),
                new HostileFile("an id of other digits", config, decoder("\u0664"), "is no token id"),
                new HostileFile("an id of 10 digits", config, decoder("1000000000"), "is no token id"),
                new HostileFile(
                        "a token of lists", map, "{\"pad_token\":[[]]}", "a special token is a text or an object"),
                new HostileFile("a key twice", map, "{\"pad_token\":\"a\",\"pad_token\":\"b\"}", "Duplicate field"),
                new HostileFile("an id below 0", added, "{\"<user>\":-1}", "a token id is needed"),
                new HostileFile("an id of text", added, "{\"<user>\":\"4\"}", "a token id is needed"),
                new HostileFile("not UTF-8", added, new byte[] {(byte) 0xff}, "is no UTF-8 text"));
    }

    private static String decoder(String id) {
        return "{\"added_tokens_decoder\":{\"" + id + "\":{\"content\":\"y\"}}}";
    }

    private static String tokens(int count) {
        return IntStream.range(0, count).mapToObj(id -> "\"" + id + "\":" + id).collect(Collectors.joining(","));
    }

    private static String specialTokens(int count) {
        return IntStream.range(0, count).mapToObj(id -> "\"<" + id + ">\"").collect(Collectors.joining(","));
    }

    /** With the ids that follow the sound tokenizer's, of 2,004 characters each. */
    private static String longTokens(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"" + (1_000 + i) + "x".repeat(2_000) + "\":" + (4 + i))
                .collect(Collectors.joining(","));
    }

    private static String twice(String name) {
        return "{\"" + name + "\":1,\"" + name + "\":1}";
    }

    private static HostileFile tokenizer(String name, String sound, String changed, String refusal) {
        return new HostileFile(name, TOKENIZER_FILE, SOUND.replace(sound, changed), refusal);
    }

    private static HostileFile vocabulary(String name, String json, String refusal) {
        return new HostileFile("a vocabulary: " + name, VOCABULARY_FILE, json, refusal);
    }

    private static HostileFile mergeLine(String name, String lines, String refusal) {
        return new HostileFile(name, MERGES_FILE, lines + "\n", refusal);
    }
}
