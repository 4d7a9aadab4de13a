package io.promptmill.family;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The fields of a model's config.json, asked for by type: one of another type refuses the checkpoint. What is null counts
 * as absent. Single-threaded.
 */
public final class ConfigFields {
    /** The file that holds them. */
    public static final String FILE = "config.json";

    /** The file whose begin token goes first. */
    public static final String GENERATION_FILE = "generation_config.json";

    private static final String BOS = "bos_token_id";

    private final JsonObject config;
    private final Optional<JsonObject> generation;
    private final List<String> warnings;

    /** Those of a config.json that is read as such already. */
    public static ConfigFields of(JsonNode config) {
        return new ConfigFields(config, null, new ArrayList<>());
    }

    ConfigFields(JsonNode config, JsonNode generation, List<String> warnings) {
        this.config = new JsonObject(config, FILE, CheckpointFiles.KIND);
        this.generation = Optional.ofNullable(generation)
                .map(fields -> new JsonObject(fields, GENERATION_FILE, CheckpointFiles.KIND));
        this.warnings = warnings;
    }

    /** Whether a field is there. */
    public boolean has(String name) {
        return !config.isAbsent(name);
    }

    /** A whole number, which may go by several names but has one value. */
    public OptionalInt integer(String... names) throws InvalidCheckpointException {
        OptionalInt found = OptionalInt.empty();
        for (String name : names) {
            if (has(name)) {
                int value = config.integer(name);
                if (found.isPresent() && found.getAsInt() != value) {
                    throw config.mismatch(name, "the same as " + names[0]);
                }
                found = OptionalInt.of(value);
            }
        }
        return found;
    }

    /** A number. */
    public OptionalDouble number(String name) throws InvalidCheckpointException {
        return has(name) ? OptionalDouble.of(config.number(name, 0)) : OptionalDouble.empty();
    }

    /** True or false. */
    public Optional<Boolean> flag(String name) throws InvalidCheckpointException {
        return has(name) ? Optional.of(config.flag(name, false)) : Optional.empty();
    }

    /** A text. */
    public Optional<String> text(String name) throws InvalidCheckpointException {
        return has(name) ? Optional.of(config.text(name)) : Optional.empty();
    }

    /** The JSON of a field of whatever type. */
    public Optional<String> json(String name) {
        return has(name) ? Optional.of(config.node().get(name).toString()) : Optional.empty();
    }

    /**
     * The begin token: that of generation_config.json, or else of config.json. Published files name those of other
     * vocabularies, which is warned about.
     *
     * @param vocabulary token ids are below this
     * @param otherwise the family's token where neither file says anything, as far as the model has it; null for none
     * @return null where the model has none
     */
    public Integer bosTokenId(int vocabulary, Integer otherwise) throws InvalidCheckpointException {
        if (generation.isPresent() && !generation.get().isAbsent(BOS)) {
            return tokenOfModel(generation.get(), vocabulary);
        }
        if (has(BOS)) {
            return tokenOfModel(config, vocabulary);
        }
        // Where the field is there and null, there is none.
        return !config.has(BOS) && otherwise != null && otherwise < vocabulary ? otherwise : null;
    }

    private Integer tokenOfModel(JsonObject fields, int vocabulary) throws InvalidCheckpointException {
        int token = fields.integer(BOS);
        if (token >= 0 && token < vocabulary) {
            return token;
        }
        warnings.add(fields.path() + ": " + BOS + " is " + token + ", but the model's token ids are 0 to "
                + (vocabulary - 1) + "; it is ignored, and an empty prompt without a prefix is rejected");
        return null;
    }

    /** Tells the user something about the file. */
    public void warn(String sentence) {
        warnings.add(FILE + ": " + sentence);
    }
}
