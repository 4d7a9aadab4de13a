package io.promptmill.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.family.ConfigFields;
import io.promptmill.family.ModelFamily;
import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * The files of a trained model beside its weights, as {@code save_pretrained} of transformers writes them: equal arguments
 * give equal bytes. Stateless.
 */
public final class PretrainedFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String MODEL_TYPE = "model_type";
    private static final String TASKS = "task_specific_params";
    private static final String PREFIX = "prefix";

    /** transformers 4 knows the first name of it, 5 both. */
    private static final String TYPE = "torch_dtype";

    private static final String TYPE_SINCE_VERSION_5 = "dtype";

    /** Where a checkpoint was once loaded from. */
    private static final List<String> ORIGINS = List.of("_name_or_path", "_commit_hash");

    /** What generation_config.json takes over from the parent's, or from config.json. */
    private static final List<String> TOKENS = List.of("bos_token_id", "eos_token_id", "pad_token_id");

    private PretrainedFiles() {}

    /**
     * config.json, generation_config.json and the tokenizer's files, by their names.
     *
     * @param parent whose training it was
     * @param weights what model.safetensors stores
     * @param textGeneration settings for generating with it, JSON values by Hugging Face's names: {@code
     *     task_specific_params.text-generation} of config.json and, without {@code prefix}, those of
     *     generation_config.json, which transformers reads
     * @throws InvalidCheckpointException when a file of the parent is not what it was
     */
    public static SortedMap<String, byte[]> of(Checkpoint parent, DataType weights, Map<String, Object> textGeneration)
            throws InvalidCheckpointException, IOException {
        SortedMap<String, byte[]> files = TokenizerCopy.of(parent.tokenizerFolder());
        ObjectNode config = config(parent, weights, parent.shape().vocabulary());
        ObjectNode tasks = config.path(TASKS) instanceof ObjectNode given ? given : config.putObject(TASKS);
        tasks.set("text-generation", JSON.valueToTree(textGeneration));
        files.put(ConfigFields.FILE, text(config));
        files.put(ConfigFields.GENERATION_FILE, text(generationConfig(parent, textGeneration)));
        return files;
    }

    /** The parent's config.json for weights of this program's. */
    static ObjectNode config(Checkpoint parent, DataType weights, int vocabulary)
            throws InvalidCheckpointException, IOException {
        ModelFamily family = parent.config().family();
        ObjectNode config = read(parent.configFolder(), ConfigFields.FILE);
        config.remove(ORIGINS);
        config.remove(TYPE_SINCE_VERSION_5);
        config.putArray("architectures").add(family.causalLmClass());
        if (!config.hasNonNull(MODEL_TYPE)) {
            config.put(MODEL_TYPE, family.marks().modelTypes().get(0));
        }
        config.put("tie_word_embeddings", parent.isHeadTied());
        config.put(TYPE, torchName(weights));
        config.put("vocab_size", vocabulary);
        return config;
    }

    private static ObjectNode generationConfig(Checkpoint parent, Map<String, Object> textGeneration)
            throws InvalidCheckpointException, IOException {
        CheckpointFolder folder = parent.configFolder();
        JsonNode source = read(
                folder, folder.isFile(ConfigFields.GENERATION_FILE) ? ConfigFields.GENERATION_FILE : ConfigFields.FILE);
        ObjectNode settings = JSON.createObjectNode();
        for (String token : TOKENS) {
            if (source.hasNonNull(token)) {
                settings.set(token, source.get(token));
            }
        }
        textGeneration.forEach((name, value) -> {
            if (!name.equals(PREFIX)) {
                settings.set(name, JSON.valueToTree(value));
            }
        });
        return settings;
    }

    private static ObjectNode read(CheckpointFolder folder, String file)
            throws InvalidCheckpointException, IOException {
        return CheckpointFiles.read(folder, file).deepCopy();
    }

    static String torchName(DataType type) {
        return switch (type) {
            case F32 -> "float32";
            case F16 -> "float16";
            case BF16 -> "bfloat16";
        };
    }

    /** A file of JSON. */
    static byte[] text(JsonNode json) {
        try {
            return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree can be written", e);
        }
    }
}
