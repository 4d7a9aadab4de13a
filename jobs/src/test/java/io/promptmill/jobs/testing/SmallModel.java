package io.promptmill.jobs.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A GPT-2 of 300 tokens, 64 positions and random weights with a byte-level tokenizer, and what transformers 5.24 generates
 * with it greedily. Its end token is 0.
 */
public final class SmallModel {
    public static final String HELLO = "Hello world, this";
    public static final List<Integer> AFTER_HELLO = List.of(190, 182, 255, 26, 299, 2, 176, 52);
    public static final String SEA = "the sea gives";
    public static final List<Integer> AFTER_SEA = List.of(191, 41, 246, 41, 262, 173, 41, 123);
    /** Prompt as token ids. */
    public static final List<Integer> IDS = List.of(100, 200, 250, 4);

    public static final List<Integer> AFTER_IDS = List.of(176, 254, 137, 226, 226, 169, 226, 226);
    public static final int VOCABULARY = 300;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    private SmallModel(Path folder) {
        this.folder = folder;
    }

    /** Writes it into a new folder. */
    public static SmallModel in(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String file : List.of(
                "config.json",
                "generation_config.json",
                "model.safetensors",
                "tokenizer.json",
                "tokenizer_config.json")) {
            try (InputStream content = SmallModel.class.getResourceAsStream("small-gpt2/" + file)) {
                Files.copy(content, folder.resolve(file));
            }
        }
        return new SmallModel(folder);
    }

    /** Replaces its generation settings. */
    public SmallModel withGenerationConfig(String json) throws IOException {
        Files.writeString(folder.resolve("generation_config.json"), json);
        return this;
    }

    /** Sets fields of its config.json. */
    public SmallModel withConfig(String json) throws IOException {
        Path config = folder.resolve("config.json");
        ObjectNode fields = (ObjectNode) JSON.readTree(Files.readAllBytes(config));
        fields.setAll((ObjectNode) JSON.readTree(json));
        Files.write(config, JSON.writeValueAsBytes(fields));
        return this;
    }

    /** Adds {@code [PAD]} as token 300 to the tokenizer alone, as {@code add_special_tokens} does. */
    public SmallModel withPadBeyondTheEmbeddings() throws IOException {
        Path file = folder.resolve("tokenizer.json");
        ObjectNode tokenizer = (ObjectNode) JSON.readTree(Files.readAllBytes(file));
        ArrayNode added = (ArrayNode) tokenizer.get("added_tokens");
        ObjectNode pad = added.get(0).deepCopy();
        added.add(pad.put("id", VOCABULARY).put("content", "[PAD]"));
        Files.write(file, JSON.writeValueAsBytes(tokenizer));
        return this;
    }

    /** Leaves it a vocabulary of WordPiece in place of its tokenizer. */
    public SmallModel withWordPiece() throws IOException {
        Files.delete(folder.resolve("tokenizer.json"));
        Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\nthe\n##s\n");
        return this;
    }

    public Path folder() {
        return folder;
    }
}
