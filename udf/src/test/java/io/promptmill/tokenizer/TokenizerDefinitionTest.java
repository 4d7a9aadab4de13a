package io.promptmill.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.TokenIds;
import io.promptmill.checkpoint.InvalidCheckpointException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
                        + " BPE is the only one supported, use a checkpoint with GPT-2's kind of tokenizer"
                        + " (byte-level BPE), or tokenize outside and give prompts as token ids");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"BPE\" ; \"Colossal\" ; model: type is \"Colossal\"",
                "\"type\": \"BPE\", ; ; model: type is missing",
                "\"normalizer\": null ; \"normalizer\": {\"type\": \"NFC\"} ; normalizer is {\"type\":\"NFC\"}",
                "\"dropout\": null ; \"dropout\": 0.1 ; model: dropout is 0.1",
                "\"end_of_word_suffix\": \"\" ; \"end_of_word_suffix\": \"</w>\" ; end_of_word_suffix is \"</w>\"",
                "\"unk_token\": null ; \"unk_token\": \"a\" ; lacks single bytes",
                "\"ignore_merges\": false ; \"ignore_merges\": 0 ; ignore_merges is 0, true or false is needed",
                "\"dropout\": null ; \"novelty\": 1 ; model: novelty is 1, the field is not known",
                "\"version\" ; \"novelty\" ; novelty is \"1.0\", the field is not known",
                "{\"Sequence\" ; {\"SpecialToken\": {\"id\": \"<s>\"}}, {\"Sequence\" ; special tokens would be added",
                "\"TemplateProcessing\" ; \"BertProcessing\" ; post_processor: type is \"BertProcessing\"",
                "\"a\": 0 ; \"a\": 0, \"a\": 0 ; Duplicate field 'a'",
                "\"a\": 0 ; \"a\": 7 ; token 'a' has id 7, the ids of a vocabulary of 4 tokens are 0 to 3",
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
                "[\"a\", \"b\"] ; [\"a\", \"b\"], [\"a\", \"b\"] ; merge 'a' 'b' is there twice",
                "[[\"a\", \"b\"]] ; {} ; a list is needed",
                "\"id\": 3 ; \"id\": 2 ; added token '<|endoftext|>' has id 2, its place is 3",
                "\"id\": 3, \"content\": \"<|endoftext|>\" ; \"id\": 9, \"content\": \"x\" ; has id 9, its place is 4",
                "\"content\": \"<|endoftext|>\" ; \"content\": \"\" ; the token with id 3 has 0 characters",
                "\"a\": 0 ; \"\\ud800\": 0 ; holds a lone surrogate",
                "\"special\": true ; \"special\": \"yes\" ; special is \"yes\", true or false is needed"
            })
    void aTokenizerJsonThatIsBrokenOrUnsupportedIsRefused(String sound, String changed, String message) {
        assertThat(SMALL).contains(sound);
        String json = SMALL.replace(sound, changed == null ? "" : changed);

        assertThatThrownBy(() -> read(json))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(message);
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
            file.setLength(JsonFile.MAX_BYTES + 1L);
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
                "tokenizer_config.json | {\"add_bos_token\": true} | special tokens would be added to every prompt",
                "tokenizer_config.json | {\"add_prefix_space\": 1} | add_prefix_space is 1, true or false is needed",
                "tokenizer_config.json | {\"added_tokens_decoder\": {\"x\": {\"content\": \"y\"}}} | is no token id",
                "tokenizer_config.json | {\"bos_token\": 5} | bos_token is 5, a special token is a text",
                "added_tokens.json | {\"<user>\": 77} | added token '<user>' has id 77, its place is 4",
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
