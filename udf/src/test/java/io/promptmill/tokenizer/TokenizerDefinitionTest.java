package io.promptmill.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.TokenIds;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.tokenizer.folder.TokenizerFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerDefinitionTest {
    private static final String SMALL =
            """
            {"version": "1.0", "truncation": null, "padding": null,
             "added_tokens": [{"id": 3, "content": "<|endoftext|>", "single_word": false, "lstrip": false,
                               "rstrip": false, "normalized": false, "special": true}],
             "normalizer": null,
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
             "post_processor": {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}],
                                "pair": [], "special_tokens": {}},
             "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
             "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": "",
                       "end_of_word_suffix": "", "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
                       "vocab": {"b": 1, "a": 0, "ab": 2, "<|endoftext|>": 3}, "merges": [["a", "b"]]}}
            """;

    private static final String AS_WRITTEN = "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}";

    @TempDir
    Path folder;

    @Test
    void aFolderWithoutTokenizerHasNone() throws Exception {
        write("config.json", "{}");

        assertThat(TokenizerDefinition.read(folder)).isEmpty();
    }

    @Test
    void theCanonicalTextHasFixedOrderAndOnlyKnownFields() throws Exception {
        String canonical =
                """
                {"version":"1.0","truncation":null,"padding":null,\
                "added_tokens":[{"id":3,"content":"<|endoftext|>","single_word":false,"lstrip":false,\
                "rstrip":false,"normalized":false,"special":true}],\
                "normalizer":null,\
                "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},\
                "post_processor":null,\
                "decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},\
                "model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":null,\
                "end_of_word_suffix":null,"fuse_unk":false,"byte_fallback":false,"ignore_merges":false,\
                "vocab":{"a":0,"b":1,"ab":2,"<|endoftext|>":3},"merges":[["a","b"]]}}""";

        assertThat(small().canonicalJson()).isEqualTo(canonical);
    }

    @Test
    void theCanonicalTextIsItsOwnCanonicalText() throws Exception {
        for (String name : new String[] {"gpt2-vocab", "sample-model"}) {
            assertThat(Golden.rewritten(name, folder).canonicalJson())
                    .isEqualTo(Golden.definition(name).canonicalJson());
        }
    }

    @Test
    void vocabularyWithMergesAndTokenizerJsonAreTheSameTokenizer() throws Exception {
        for (String file : new String[] {"vocab.json", "merges.txt"}) {
            Files.copy(Golden.path("sample-model/" + file), folder.resolve(file));
        }

        assertThat(TokenizerDefinition.read(folder).orElseThrow().canonicalJson())
                .isEqualTo(Golden.definition("sample-model").canonicalJson());
    }

    @Test
    void mergesWrittenAsOneTextAreReadToo() throws Exception {
        TokenizerDefinition pairs = small();

        assertThat(read(SMALL.replace("[\"a\", \"b\"]", "\"a b\"")).canonicalJson())
                .isEqualTo(pairs.canonicalJson());
    }

    @Test
    void gapsInTheIdsOfAVocabularyStayGaps() throws Exception {
        write("tokenizer_config.json", "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
        String gaps = SMALL.replace("\"b\": 1", "\"b\": 6").replace("\"ab\": 2", "\"ab\": 9");
        TokenizerDefinition definition = read(gaps);

        assertThat(definition.vocabularySize()).isEqualTo(10);
        assertThat(Golden.rewritten(definition, folder).canonicalJson()).isEqualTo(definition.canonicalJson());
        try (Tokenizer tokenizer = new Tokenizer(definition)) {
            assertThat(tokenizer.encode("abba<|endoftext|>b")).isEqualTo(TokenIds.of(9, 6, 0, 3, 6));
            assertThat(tokenizer.decode(TokenIds.of(9, 1, 6, 2, 8, 0))).isEqualTo("abba");
            assertThat(new StopStrings(tokenizer, List.of("bb"), TokenIds.of(9, 8)).append(6))
                    .isEmpty();
        }
    }

    @Test
    void ofAMergeThatIsThereTwiceTheLaterRankCounts() throws Exception {
        String more = SMALL.replace("\"ab\": 2", "\"ab\": 2, \"ba\": 4");

        assertThat(read(more.replace("[[\"a\", \"b\"]]", "[[\"a\", \"b\"], \"b a\", \"a b\"]"))
                        .canonicalJson())
                .contains("\"merges\":[[\"b\",\"a\"],[\"a\",\"b\"]]");
    }

    /** What the remedy says for a tokenizer that puts a token before every prompt. */
    @Test
    void aTemplateWithATokenBeforeThePromptIsRefusedWithAWayThatGivesTheSameIds() throws Exception {
        String sequence = "{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}";
        String token = "{\"SpecialToken\": {\"id\": \"<|endoftext|>\", \"type_id\": 0}}";

        assertThatThrownBy(() -> read(SMALL.replace(sequence, token + "," + sequence)))
                .hasMessageContaining("special tokens would be added to every prompt, set post_processor to null in the"
                        + " file and give these tokens as the prefix of all prompts (--prefix)");
        assertThatThrownBy(() -> read(SMALL.replace(sequence, sequence + "," + token)))
                .hasMessageContaining("special tokens would be added to every prompt, give prompt_token_ids");
        try (Tokenizer tokenizer = new Tokenizer(small())) {
            assertThat(tokenizer.encode("<|endoftext|>" + " ab a"))
                    .isEqualTo(TokenIds.of(3).concat(tokenizer.encode(" ab a")));
        }
    }

    @Test
    void theVocabularySizeCountsAddedTokens() throws Exception {
        assertThat(Golden.definition("gpt2-vocab").vocabularySize()).isEqualTo(50257);
        assertThat(small().vocabularySize()).isEqualTo(4);
        write("added_tokens.json", "{\"<user>\": 4, \"<bot>\": 5}");
        assertThat(small().vocabularySize()).isEqualTo(6);
    }

    @Test
    void itTravelsByJavaSerialization() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(small());
        }
        Object copy = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();

        assertThat(((TokenizerDefinition) copy).canonicalJson()).isEqualTo(small().canonicalJson());
        assertThat(((TokenizerDefinition) copy).vocabularySize()).isEqualTo(4);
    }

    @Test
    void tokensNamedBesideTheVocabularyAreAddedWithTransformersIds() throws Exception {
        write("added_tokens.json", "{\"<user>\": 4, \"[PAD]\": 5}");
        write("special_tokens_map.json", "{\"pad_token\": \"[PAD]\", \"mask_token\": {\"content\": \"[MASK]\"}}");
        write("tokenizer_config.json", "{\"bos_token\": \"<|endoftext|>\", \"model_max_length\": 1e30}");

        try (Tokenizer tokenizer = new Tokenizer(small())) {
            assertThat(tokenizer.encode("ab<user>a[PAD][MASK]<|endoftext|>")).isEqualTo(TokenIds.of(2, 4, 0, 5, 6, 3));
            assertThat(tokenizer.decode(TokenIds.of(2, 4, 0, 5, 6, 3))).isEqualTo("ab<user>a");
        }
    }

    @Test
    void addedTokensMayComeWithTheirFlagsFromTheTokenizerConfig() throws Exception {
        write(
                "tokenizer_config.json",
                """
                {"added_tokens_decoder": {"3": {"content": "<|endoftext|>", "special": true},
                                          "4": {"content": "<user>", "rstrip": true, "special": false}},
                 "extra_special_tokens": []}
                """);

        assertThat(small().canonicalJson())
                .contains("{\"id\":4,\"content\":\"<user>\",\"single_word\":false,\"lstrip\":false,"
                        + "\"rstrip\":true,\"normalized\":true,\"special\":false}");
    }

    @Test
    void theTokenizerConfigDecidesOnThePrefixSpaceOfGpt2Tokenizers() throws Exception {
        for (String file : new String[] {"vocab.json", "merges.txt"}) {
            Files.copy(Golden.path("gpt2-vocab/" + file), folder.resolve(file));
        }
        write("tokenizer_config.json", "{\"add_prefix_space\": true, \"tokenizer_class\": \"GPT2Tokenizer\"}");

        try (Tokenizer tokenizer =
                new Tokenizer(TokenizerDefinition.read(folder).orElseThrow())) {
            assertThat(tokenizer.encode("hi<|endoftext|>there")).isEqualTo(TokenIds.of(23105, 50256, 612));
        }
    }

    @Test
    void otherTokenizerClassesKeepThePrefixSpaceOfTokenizerJson() throws Exception {
        write("tokenizer_config.json", "{\"add_prefix_space\": true, \"tokenizer_class\": \"TokenizersBackend\"}");

        assertThat(small().canonicalJson()).contains("\"add_prefix_space\":false");
    }

    @Test
    void aRefusalSaysWhatWhyAndRemedy() {
        assertThatThrownBy(() -> read(SMALL.replace("\"BPE\"", "\"Unigram\"")))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage("invalid_tokenizer: " + folder.resolve("tokenizer.json") + ": model: type is \"Unigram\","
                        + " BPE is the only one supported, give prompt_token_ids that its own tokenizer made, or use a"
                        + " checkpoint with GPT-2's kind of tokenizer (byte-level BPE)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"BPE\" ; \"Colossal\" ; model: type is \"Colossal\"",
                "\"type\": \"BPE\" ; \"type\": null ; model: type is null, BPE is the only one supported",
                "\"version\": \"1.0\" ; \"version\": null ; version is null, 1.0 is the only one supported",
                "\"normalizer\": null ; \"normalizer\": {\"type\": \"NFC\"} ; normalizer is {\"type\":\"NFC\"}",
                "\"dropout\": null ; \"dropout\": 0.1 ; model: dropout is 0.1",
                "\"end_of_word_suffix\": \"\" ; \"end_of_word_suffix\": \"</w>\" ; end_of_word_suffix is \"</w>\"",
                "\"unk_token\": null ; \"unk_token\": \"a\" ; unk_token is \"a\", that is what would become of single bytes",
                "\"ignore_merges\": false ; \"ignore_merges\": 0 ; ignore_merges is 0, true or false is needed",
                "\"dropout\": null ; \"dropout\": \"0\" ; model: dropout is \"0\", a number from 0 to 1 is needed",
                "\"version\" ; \"novelty\" ; novelty is \"1.0\", the field is not known",
                "{\"Sequence\" ; {\"SpecialToken\": {\"id\": \"<s>\"}}, {\"Sequence\" ; special tokens would be added",
                "\"TemplateProcessing\" ; \"BertProcessing\" ; post_processor: type is \"BertProcessing\"",
                "\"a\": 0 ; \"a\": 0, \"a\": 0 ; Duplicate field 'a'",
                "\"a\": 0 ; \"a\": 1000000 ; token 'a' has id 1000000, ids are 0 to 999999",
                "\"a\": 0 ; \"a\": -1 ; token 'a' has id -1",
                "\"a\": 0 ; \"a\": 1 ; both have id 1",
                "\"a\": 0 ; \"a\": 99999999999999999999 ; a is 99999999999999999999, a token id is needed",
                "\"a\": 0 ; \"a\": 1e9 ; a token id is needed",
                "\"a\": 0 ; \"a\": 0.0 ; a token id is needed",
                "\"a\": 0 ; \"a\": \"0\" ; a token id is needed",
                "\"ab\": 2 ; \"ba\": 2 ; merge 'a' 'b' needs token 'ab'",
                "[\"a\", \"b\"] ; [\"a\", \"c\"] ; merge 'a' 'c' needs token 'c'",
                "[\"a\", \"b\"] ; [\"a\"] ; each merge is two texts",
                "[\"a\", \"b\"] ; \"ab\" ; merge 'ab' is not two tokens",
                "[[\"a\", \"b\"]] ; {} ; a list is needed",
                "\"id\": 3 ; \"id\": -1 ; id is -1, a token id is needed",
                "\"<|endoftext|>\": 3} ; \"x\": 4} ; added token '<|endoftext|>' gets id 4, which token 'x' has",
                "\"a\": 0 ; \"\\ud800\": 0 ; holds a lone surrogate",
                "\"special\": true ; \"special\": \"yes\" ; special is \"yes\", true or false is needed"
            })
    void aTokenizerJsonThatIsBrokenOrUnsupportedIsRefused(String sound, String changed, String message)
            throws Exception {
        assertThat(SMALL).contains(sound);
        String json = SMALL.replace(sound, changed == null ? "" : changed);
        write("config.json", AS_WRITTEN);

        assertThatThrownBy(() -> read(json))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(message);
    }

    /** Each could be used by its own library, so the way out is to use that one, not to write the file again. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"BPE\" ; \"WordPiece\" ; model: type is \"WordPiece\", BPE is the only one supported",
                "\"BPE\" ; \"Unigram\" ; model: type is \"Unigram\", BPE is the only one supported",
                "\"normalizer\": null ; \"normalizer\": {\"type\": \"NFC\"} ; normalizer is {\"type\":\"NFC\"}, text would",
                "{\"type\": \"ByteLevel\", \"add_prefix_space\": false ; {\"type\": \"Metaspace\", \"replacement\": \"_\""
                        + " ; pre_tokenizer: type is \"Metaspace\", ByteLevel is the only one supported",
                "\"pre_tokenizer\": { ; \"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Digits\"},"
                        + " {\"type\": \"ByteLevel\"}]}, \"padding\": { ; [{\"type\":\"Digits\"},{\"type\":\"ByteLevel\"}]",
                "\"unk_token\": null ; \"unk_token\": \"a\" ; unk_token is \"a\", that is what would become of single bytes, which the vocabulary lacks"
            })
    void aTokenizerOfAnotherKindIsRefusedByWhatItIsWithAWayOut(String sound, String changed, String message)
            throws Exception {
        write("config.json", AS_WRITTEN);
        String once = SMALL.replace("\"padding\": null,", "");

        assertThatThrownBy(() -> read(once.replace(sound, changed == null ? "" : changed)))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(message)
                .hasMessageEndingWith("give prompt_token_ids that its own tokenizer made, or use a checkpoint with"
                        + " GPT-2's kind of tokenizer (byte-level BPE)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"normalizer\": null ; \"normalizer\": {\"type\": \"NFC\"} ; : normalizer is {\"type\":\"NFC\"}, but none",
                "\"normalizer\": null ; \"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Nmt\"}]} ;"
                        + " : normalizer is {\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"Nmt\"}]}, but none",
                "\"pre_tokenizer\": { ; \"pre_tokenizer\": null, \"padding\": { ; : pre_tokenizer is null, but ByteLevel",
                "\"pre_tokenizer\": { ; \"padding\": { ; : pre_tokenizer is missing, but ByteLevel",
                "\"pre_tokenizer\": { ; \"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Digits\"},"
                        + " {\"type\": \"ByteLevel\"}]}, \"padding\": { ; [{\"type\":\"Digits\"},{\"type\":\"ByteLevel\"}]}, but"
                        + " ByteLevel",
                "\"decoder\": { ; \"decoder\": {\"type\": \"Fuse\"}, \"padding\": { ; : decoder is {\"type\":\"Fuse\"}, but ByteLevel",
                "\"dropout\": null ; \"dropout\": 0.1 ; : model: dropout is 0.1, but none",
                "\"end_of_word_suffix\": \"\" ; \"end_of_word_suffix\": \"</w>\" ; end_of_word_suffix is \"</w>\", but none",
                "\"unk_token\": null ; \"unk_token\": \"a\" ; : model: unk_token is \"a\", but none"
            })
    void whatTheClassOfGpt2HasItselfIsNotTakenFromTheFileAndIsWarnedAbout(String sound, String changed, String warning)
            throws Exception {
        String once = SMALL.replace("\"padding\": null,", "");
        write("tokenizer_config.json", "{\"tokenizer_class\": \"GPT2Tokenizer\", \"add_prefix_space\": false}");
        String canonical = small().canonicalJson();
        TokenizerDefinition definition = read(once.replace(sound, changed));

        assertThat(definition.canonicalJson()).isEqualTo(canonical);
        assertThat(definition.warnings())
                .singleElement()
                .asString()
                .contains(warning)
                .endsWith(" is taken, as transformers does for GPT2Tokenizer; if tokenizer.json is right, give"
                        + " prompt_token_ids that its own tokenizer made");
    }

    @Test
    void theConfigurationDecidesOnThePrefixSpaceWhereThePreTokenizerIsNotHeeded() throws Exception {
        write("tokenizer_config.json", "{\"add_prefix_space\": true}");
        TokenizerDefinition definition = read(SMALL.replace(
                "\"ByteLevel\", \"add_prefix_space\": false", "\"Metaspace\", \"add_prefix_space\": false"));

        assertThat(definition.canonicalJson())
                .contains("\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":true");
        assertThat(definition.warnings())
                .singleElement()
                .asString()
                .contains("pre_tokenizer is {\"type\":\"Metaspace\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"Colossal\"}",
                "{}",
                "[]",
                "\"NFC\"",
                "{\"type\": \"Sequence\"}",
                "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"X\"}]}"
            })
    void aNormalizerThatTransformersCannotReadIsRefusedForTheClassOfGpt2Too(String normalizer) {
        assertThatThrownBy(() -> read(SMALL.replace("\"normalizer\": null", "\"normalizer\": " + normalizer)))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("normalizer");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"type\": \"BPE\" ; model",
                "\"id\": 3 ; added_tokens[0]",
                "\"type\": \"ByteLevel\", \"add_prefix_space\": false ; pre_tokenizer",
                "\"type\": \"ByteLevel\", \"add_prefix_space\": true ; decoder",
                "\"type\": \"TemplateProcessing\" ; post_processor"
            })
    void aFieldThatTheTokenizersLibraryDoesNotKnowIsPassedOverWithAWarning(String sound, String part) throws Exception {
        for (String settings : List.of("{}", AS_WRITTEN)) {
            write("config.json", settings);
            String canonical = small().canonicalJson();
            TokenizerDefinition definition = read(SMALL.replace(sound, "\"novelty\": {\"x\": 1}, " + sound));

            assertThat(definition.canonicalJson()).isEqualTo(canonical);
            assertThat(definition.warnings())
                    .containsExactly(
                            folder.resolve("tokenizer.json") + ": " + part
                                    + ": novelty is {\"x\":1}, a field that the tokenizers library does not know and passes over");
        }
    }

    @Test
    void ofManyFieldsThatAreNotHeededTheFirstAreNamed() throws Exception {
        String fields = "\"a\": 1, \"b\": 1, \"c\": 1, \"d\": 1, \"e\": 1, \"f\": 1, \"g\": 1, ";

        assertThat(read(SMALL.replace("\"type\": \"BPE\"", fields + "\"type\": \"BPE\""))
                        .warnings())
                .hasSize(6)
                .endsWith("and 2 more fields of tokenizer.json are not heeded");
    }

    @Test
    void everyTruncatedFileIsRefused() throws Exception {
        String whole = SMALL.strip();
        for (int length = 0; length < whole.length(); length++) {
            String json = whole.substring(0, length);

            assertThatThrownBy(() -> read(json)).as(json).isInstanceOf(InvalidCheckpointException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "1", "\"text\"", "{} {}", "{'a': 1}", "\u0000"})
    void whatIsNoJsonObjectIsRefused(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(InvalidCheckpointException.class);
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() throws Exception {
        byte[] json = SMALL.getBytes(StandardCharsets.UTF_8);
        json[SMALL.indexOf("endoftext")] = (byte) 0xFF;
        Files.write(folder.resolve("tokenizer.json"), json);

        assertThatThrownBy(() -> TokenizerDefinition.read(folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("tokenizer.json is no UTF-8 text, its tokens are not clear");
    }

    @Test
    void deepNestingIsRefused() {
        String deep = "{\"added_tokens\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        assertThatThrownBy(() -> read(deep))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("nesting depth");
    }

    @Test
    void aTokenOfExtremeLengthIsRefused() {
        assertThatThrownBy(() -> read(SMALL.replace("\"a\": 0", "\"" + "a".repeat(5_000) + "\": 0")))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("the token with id 0 has 5000 characters, 1 to 4096 are possible");
    }

    @Test
    void aFileOfExtremeSizeIsRefused() throws Exception {
        try (var file =
                new java.io.RandomAccessFile(folder.resolve("tokenizer.json").toFile(), "rw")) {
            file.setLength(TokenizerFiles.KIND.maxBytes() + 1L);
        }

        assertThatThrownBy(() -> TokenizerDefinition.read(folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("larger than 32 MiB");
    }

    @Test
    void aVocabularyWithoutMergesIsRefused() throws Exception {
        write("vocab.json", "{\"a\": 0}");

        assertThatThrownBy(() -> TokenizerDefinition.read(folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("only one of vocab.json and merges.txt");
    }

    @Test
    void mergesMayBeginWithTheSignOfAComment() throws Exception {
        write("vocab.json", "{\"#\": 0, \"##\": 1}");
        write("merges.txt", "#version: 0.2\r\n# #\r\n\r\n");

        assertThat(TokenizerDefinition.read(folder).orElseThrow().canonicalJson())
                .contains("\"merges\":[[\"#\",\"#\"]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a b c", "a  b", " a", "a ", "a\tb"})
    void aMergeThatIsNotTwoTokensIsRefused(String line) throws Exception {
        write("vocab.json", "{\"a\": 0, \"b\": 1, \"ab\": 2}");
        write("merges.txt", line + "\n");

        assertThatThrownBy(() -> TokenizerDefinition.read(folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("is not two tokens with a space between");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "tokenizer_config.json | {\"add_prefix_space\": 1} | add_prefix_space is 1, true or false is needed",
                "tokenizer_config.json | {\"added_tokens_decoder\": {\"x\": {\"content\": \"y\"}}} | is no token id",
                "tokenizer_config.json | {\"bos_token\": 5} | bos_token is 5, a special token is a text",
                "special_tokens_map.json | [1] | holds no JSON object"
            })
    void brokenFilesBesideTheTokenizerAreRefused(String file, String content, String message) throws Exception {
        write(file, content);

        assertThatThrownBy(this::small)
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(message);
    }

    private TokenizerDefinition small() throws Exception {
        return read(SMALL);
    }

    private TokenizerDefinition read(String tokenizerJson) throws Exception {
        write("tokenizer.json", tokenizerJson);
        return TokenizerDefinition.read(folder).orElseThrow();
    }

    private void write(String file, String content) throws Exception {
        Files.writeString(folder.resolve(file), content);
    }
}
