package io.promptmill.family;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.files.InvalidCheckpointException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The fields of a model's config.json, asked for by type: one of another type refuses the checkpoint. A field that is null
 * counts as absent. Single-threaded.
 */
public final class ConfigFields {
    /** The file that holds them. */
    public static final String FILE = "config.json";

    /** The file whose begin token goes first. */
    public static final String GENERATION_FILE = "generation_config.json";

    private static final String BOS = "bos_token_id";

    private final String file;
    private final JsonNode fields;
    private final JsonNode generation;
    private final List<String> warnings;

    /**
     * The fields of a model.
     *
     * @param fields those of config.json
     * @param generation those of generation_config.json; null where there is none
     * @param warnings gets a sentence for whatever a user should see
     */
    ConfigFields(JsonNode fields, JsonNode generation, List<String> warnings) {
        this(FILE, fields, generation, warnings);
    }

    private ConfigFields(String file, JsonNode fields, JsonNode generation, List<String> warnings) {
        this.file = file;
        this.fields = fields;
        this.generation = generation;
        this.warnings = warnings;
    }

    /** Whether a field is there and not null. */
    public boolean has(String name) {
        return fields.hasNonNull(name);
    }

    /** A whole number, which may go by several names but has one value. */
    public OptionalInt integer(String... names) throws InvalidCheckpointException {
        OptionalInt found = OptionalInt.empty();
        for (String name : names) {
            if (has(name)) {
                JsonNode value = fields.get(name);
                require(value.isIntegralNumber() && value.canConvertToInt(), name, "a whole number of 32 bits");
                require(found.isEmpty() || found.getAsInt() == value.intValue(), name, "the same as " + names[0]);
                found = OptionalInt.of(value.intValue());
            }
        }
        return found;
    }

    /** A number. */
    public OptionalDouble number(String name) throws InvalidCheckpointException {
        if (!has(name)) {
            return OptionalDouble.empty();
        }
        require(fields.get(name).isNumber(), name, "a number");
        return OptionalDouble.of(fields.get(name).doubleValue());
    }

    /** True or false. */
    public Optional<Boolean> flag(String name) throws InvalidCheckpointException {
        if (!has(name)) {
            return Optional.empty();
        }
        require(fields.get(name).isBoolean(), name, "true or false");
        return Optional.of(fields.get(name).booleanValue());
    }

    /** A text. */
    public Optional<String> text(String name) throws InvalidCheckpointException {
        if (!has(name)) {
            return Optional.empty();
        }
        require(fields.get(name).isTextual(), name, "a text");
        return Optional.of(fields.get(name).textValue());
    }

    /** Whatever a field is, as JSON; empty where it is absent. */
    public Optional<String> json(String name) {
        return has(name) ? Optional.of(fields.get(name).toString()) : Optional.empty();
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
        if (generation != null && generation.hasNonNull(BOS)) {
            return new ConfigFields(GENERATION_FILE, generation, null, warnings).tokenOfModel(vocabulary);
        }
        if (fields.has(BOS)) {
            return tokenOfModel(vocabulary);
        }
        return otherwise != null && otherwise < vocabulary ? otherwise : null;
    }

    private Integer tokenOfModel(int vocabulary) throws InvalidCheckpointException {
        OptionalInt token = integer(BOS);
        if (token.isEmpty()) {
            return null;
        }
        int id = token.getAsInt();
        if (id >= 0 && id < vocabulary) {
            return id;
        }
        warn(BOS + " is " + id + ", but the model's token ids are 0 to " + (vocabulary - 1)
                + "; it is ignored, and an empty prompt without a prefix is rejected");
        return null;
    }

    /** Tells the user something about the file. */
    public void warn(String sentence) {
        warnings.add(file + ": " + sentence);
    }

    private void require(boolean holds, String name, String expected) throws InvalidCheckpointException {
        if (!holds) {
            throw InvalidCheckpointException.damaged(
                    file,
                    name + " must be " + expected + " but is "
                            + InvalidCheckpointException.quote(fields.get(name).toString()));
        }
    }
}
