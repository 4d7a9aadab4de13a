package io.promptmill.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promptmill.files.InvalidCheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tokenizer files in the forms in which people publish them, the official ones of GPT-2 and its fine-tunes among them: ids
 * and texts are those of transformers' {@code AutoTokenizer} for the same folder, or the files are refused for the reason.
 * {@code goldens/tokenizer.md} says how the forms are written down.
 */
class TokenizerFormsTest {
    private static final String TOKENIZER = "tokenizer.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    static Stream<JsonNode> forms() throws Exception {
        return Golden.lines("tokenizer-forms/forms.jsonl").stream().skip(1);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void idsAndTextsAreThoseOfTransformersForTheSameFolder(JsonNode form) throws Exception {
        write(form);
        if (form.has("refused")) {
            assertThatThrownBy(() -> TokenizerDefinition.read(folder))
                    .isInstanceOf(InvalidCheckpointException.class)
                    .hasMessageContaining(form.get("refused").textValue());
            return;
        }
        JsonNode texts = Golden.lines("tokenizer-forms/forms.jsonl").get(0).get("texts");
        TokenizerDefinition definition = TokenizerDefinition.read(folder).orElseThrow();
        try (Tokenizer tokenizer = new Tokenizer(definition)) {
            for (int i = 0; i < texts.size(); i++) {
                String name = form.get("name").textValue() + ": " + texts.get(i);
                assertThat(tokenizer.encode(texts.get(i).textValue()))
                        .as(name)
                        .isEqualTo(Golden.ids(form.get("ids").get(i)));
                assertThat(tokenizer.decode(Golden.ids(form.get("ids").get(i))))
                        .as(name)
                        .isEqualTo(form.get("decoded").get(i).textValue());
            }
        }
    }

    @Test
    void whatTransformersDoesNotHeedIsWarnedAbout() throws Exception {
        assertThat(warnings("use_regex false, GPT-2"))
                .containsExactly("tokenizer.json: use_regex is false, but true is taken, as transformers does for"
                        + " GPT2Tokenizer; if tokenizer.json is right, set tokenizer_class to PreTrainedTokenizerFast in"
                        + " tokenizer_config.json");
        assertThat(warnings("use_regex false, as written")).isEmpty();
        assertThat(warnings("added tokens with a gap in ids, as written"))
                .containsExactly("added token '<bot>' is said to have id 305 but gets 301, as in transformers: that of"
                        + " the vocabulary, or else the next");
        for (String official : List.of("gpt2", "CodeParrot", "a chat model")) {
            assertThat(warnings("the files of " + official)).isEmpty();
        }
    }

    private List<String> warnings(String name) throws Exception {
        JsonNode form = forms().filter(line -> line.get("name").textValue().equals(name))
                .findFirst()
                .orElseThrow();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        write(form);
        return TokenizerDefinition.read(folder).orElseThrow().warnings();
    }

    private void write(JsonNode form) throws Exception {
        JsonNode tokenizer =
                JSON.readTree(Golden.path("tokenizer-forms/tokenizer.json").toFile());
        for (JsonNode removed : form.path("remove")) {
            JsonPointer place = JsonPointer.compile(removed.textValue());
            ((ObjectNode) tokenizer.at(place.head())).remove(place.last().getMatchingProperty());
        }
        for (Map.Entry<String, JsonNode> set : form.path("set").properties()) {
            JsonPointer place = JsonPointer.compile(set.getKey());
            ((ObjectNode) tokenizer.at(place.head())).set(place.last().getMatchingProperty(), set.getValue());
        }
        String base = form.get("base").textValue();
        if (!base.equals("vocab")) {
            Files.writeString(folder.resolve(TOKENIZER), tokenizer.toString());
        }
        if (!base.equals("json")) {
            Files.writeString(
                    folder.resolve("vocab.json"), tokenizer.at("/model/vocab").toString());
        }
        for (Map.Entry<String, JsonNode> file : form.path("files").properties()) {
            JsonNode content = file.getValue();
            Files.writeString(
                    folder.resolve(file.getKey()), content.isTextual() ? content.textValue() : content.toString());
        }
        if (form.has("config")) {
            Files.writeString(folder.resolve("config.json"), form.get("config").toString());
        }
    }

    /** Official {@code tokenizer.json} files of GPT-2, 50,257 tokens: no type of the model, merges as texts. */
    @Test
    void gpt2InTheFormOfItsOfficialFileIsTheTokenizerOfItsVocabularyAndMerges() throws Exception {
        ObjectNode official = (ObjectNode)
                JSON.readTree(Golden.path("tokenizer-forms/tokenizer.json").toFile());
        ((ObjectNode) official.at("/added_tokens/0")).put("id", 50256);
        ObjectNode model = (ObjectNode) official.get("model");
        model.set("vocab", JSON.readTree(Golden.path("gpt2-vocab/vocab.json").toFile()));
        ArrayNode merges = model.putArray("merges");
        Files.readAllLines(Golden.path("gpt2-vocab/merges.txt")).stream()
                .filter(line -> !line.startsWith("#version"))
                .forEach(merges::add);
        Files.writeString(folder.resolve(TOKENIZER), official.toString());
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"model_max_length\": 1024}");

        JsonNode read =
                JSON.readTree(TokenizerDefinition.read(folder).orElseThrow().canonicalJson());
        JsonNode expected = JSON.readTree(Golden.definition("gpt2-vocab").canonicalJson());

        assertThat(StreamSupport.stream(read.get("added_tokens").spliterator(), false)
                        .map(token -> token.get("content").textValue()))
                .containsExactly("<|endoftext|>");
        assertThat(read.get("model")).isEqualTo(expected.get("model"));
        assertThat(read.get("pre_tokenizer")).isEqualTo(expected.get("pre_tokenizer"));
    }
}
