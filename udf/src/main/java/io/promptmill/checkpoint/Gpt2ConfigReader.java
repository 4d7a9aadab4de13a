package io.promptmill.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.GenerationOption;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.StrictJson;
import java.util.List;
import java.util.Map;

/**
 * Reads a {@link Gpt2Config} from the fields of config.json. Absent fields have the defaults of transformers'
 * {@code configuration_gpt2.py}; fields that would change the numbers in a way not computed here refuse the checkpoint.
 */
final class Gpt2ConfigReader {
    static final String FILE = "config.json";

    /** End-of-text of the GPT-2 vocabulary: begin and end token where config.json names none. */
    static final int DEFAULT_END_OF_TEXT = 50_256;

    /** What GPT-2's configuration calls its sizes, unlike most others'. */
    private static final List<String> OWN_FIELDS = List.of("n_embd", "n_layer", "n_head");

    private final String file;
    private final JsonNode fields;

    private Gpt2ConfigReader(String file, JsonNode fields) {
        this.file = file;
        this.fields = fields;
    }

    /**
     * The configuration.
     *
     * @param config the fields of config.json
     * @param generation those of generation_config.json, whose begin token goes first; null where there is none
     * @param warnings gets a sentence for each unknown field, and for a begin token that the model does not have
     */
    static Gpt2Config read(JsonNode config, JsonNode generation, List<String> warnings)
            throws InvalidCheckpointException {
        Gpt2ConfigReader reader = new Gpt2ConfigReader(FILE, config);
        reader.requireSupported(warnings);
        reader.warnOfUnknown(warnings);
        return reader.config(generation, warnings);
    }

    private void requireSupported(List<String> warnings) throws InvalidCheckpointException {
        String modelType = fields.path("model_type").asText("");
        if (modelType.isEmpty()) {
            requireGpt2WithoutType(warnings);
        } else if (!modelType.equals("gpt2")) {
            throw another("the model_type " + InvalidCheckpointException.quote(modelType));
        }
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            Object supported = KnownFields.MODEL_FIXED.get(field.getKey());
            if (supported != null && !StrictJson.isUnsetOr(supported, field.getValue())) {
                throw InvalidCheckpointException.unsupported(
                        FILE + " sets " + field.getKey() + " to "
                                + InvalidCheckpointException.quote(
                                        field.getValue().toString()),
                        "it changes the model's numbers and only " + supported + " is supported",
                        "use a checkpoint without it");
            }
        }
    }

    /** Files of transformers 2 have no model_type; that the weights are a GPT-2's is checked with them. */
    private void requireGpt2WithoutType(List<String> warnings) throws InvalidCheckpointException {
        JsonNode architectures = fields.path("architectures");
        String seen;
        if (!architectures.isEmpty()) {
            seen = "its architectures";
            String first = architectures.path(0).asText();
            if (!first.startsWith("GPT2")) {
                throw another("no model_type and the architecture " + InvalidCheckpointException.quote(first));
            }
        } else {
            seen = "its fields " + String.join(", ", OWN_FIELDS);
            if (!OWN_FIELDS.stream().allMatch(fields::hasNonNull)) {
                throw another("no model_type, no architectures, and not all of GPT-2's fields "
                        + String.join(", ", OWN_FIELDS));
            }
        }
        warnings.add(FILE + " has no model_type and is taken for a GPT-2's by " + seen);
    }

    private static InvalidCheckpointException another(String what) {
        return InvalidCheckpointException.unsupported(
                FILE + " has " + what, "only GPT-2 networks are computed", "use a checkpoint whose model_type is gpt2");
    }

    private void warnOfUnknown(List<String> warnings) {
        fields.fieldNames().forEachRemaining(name -> {
            boolean known = KnownFields.MODEL.contains(name)
                    || KnownFields.MODEL_FIXED.containsKey(name)
                    || KnownFields.MODEL_NEUTRAL.contains(name)
                    || KnownFields.GENERATION_NEUTRAL.contains(name)
                    || KnownFields.GENERATION_UNSUPPORTED.containsKey(name)
                    || GenerationOption.ofKey(name).isPresent();
            if (!known) {
                warnings.add(FILE + ": the field " + InvalidCheckpointException.quote(name)
                        + " is unknown and ignored; check that it does not change the model");
            }
        });
    }

    private Gpt2Config config(JsonNode generation, List<String> warnings) throws InvalidCheckpointException {
        int vocabSize = integer(50_257, "vocab_size");
        int nEmbd = integer(768, "n_embd", "hidden_size");
        try {
            return new Gpt2Config(
                    vocabSize,
                    positions(warnings),
                    nEmbd,
                    integer(12, "n_layer", "num_hidden_layers"),
                    integer(12, "n_head", "num_attention_heads"),
                    // A product beyond 32 bits comes from an n_embd that is refused anyway.
                    integer(4 * nEmbd, "n_inner"),
                    text("gelu_new", "activation_function"),
                    number(1e-5, "layer_norm_epsilon"),
                    flag(true, "scale_attn_weights"),
                    flag(false, "scale_attn_by_inverse_layer_idx"),
                    flag(true, "tie_word_embeddings"),
                    bosTokenId(generation, vocabSize, warnings));
        } catch (IllegalArgumentException e) {
            throw InvalidCheckpointException.unsupported(
                    FILE + ": " + e.getMessage(),
                    "no GPT-2 can be built from it here",
                    "use the config.json that came with the weights, or a model whose values are within these bounds");
        }
    }

    /** Where n_ctx differs, which older versions took for the size of the mask, transformers goes by the others, too. */
    private int positions(List<String> warnings) throws InvalidCheckpointException {
        String context = "n_ctx";
        String[] names = {"n_positions", "max_position_embeddings"};
        if (!fields.hasNonNull(names[0]) && !fields.hasNonNull(names[1])) {
            return integer(1_024, context);
        }
        int positions = integer(0, names);
        JsonNode other = fields.path(context);
        if (fields.hasNonNull(context) && !(other.isIntegralNumber() && other.longValue() == positions)) {
            warnings.add(FILE + ": n_ctx is " + InvalidCheckpointException.quote(other.toString())
                    + " and not n_positions, " + positions + ", which holds");
        }
        return positions;
    }

    private Integer bosTokenId(JsonNode generation, int vocabSize, List<String> warnings)
            throws InvalidCheckpointException {
        String name = "bos_token_id";
        if (generation != null && generation.hasNonNull(name)) {
            return new Gpt2ConfigReader(GenerationLayers.FILE, generation).tokenOfModel(name, vocabSize, warnings);
        }
        if (fields.path(name).isNull()) {
            return null;
        }
        if (fields.has(name)) {
            return tokenOfModel(name, vocabSize, warnings);
        }
        return DEFAULT_END_OF_TEXT < vocabSize ? DEFAULT_END_OF_TEXT : null;
    }

    /** The token, or null where the model has no such token: published files name those of other vocabularies. */
    private Integer tokenOfModel(String name, int vocabSize, List<String> warnings) throws InvalidCheckpointException {
        int token = integer(0, name);
        if (token >= 0 && token < vocabSize) {
            return token;
        }
        warnings.add(file + ": " + name + " is " + token + ", but the model's token ids are 0 to " + (vocabSize - 1)
                + "; it is ignored, and an empty prompt without a prefix is rejected");
        return null;
    }

    /** The field, which may go by several names but has one value. */
    private int integer(int otherwise, String... names) throws InvalidCheckpointException {
        Integer found = null;
        for (String name : names) {
            if (!fields.hasNonNull(name)) {
                continue;
            }
            JsonNode value = fields.get(name);
            require(value.isIntegralNumber() && value.canConvertToInt(), name, "a whole number of 32 bits");
            require(found == null || found == value.intValue(), name, "the same as " + names[0]);
            found = value.intValue();
        }
        return found == null ? otherwise : found;
    }

    private double number(double otherwise, String name) throws InvalidCheckpointException {
        if (!fields.hasNonNull(name)) {
            return otherwise;
        }
        require(fields.get(name).isNumber(), name, "a number");
        return fields.get(name).doubleValue();
    }

    private boolean flag(boolean otherwise, String name) throws InvalidCheckpointException {
        if (!fields.hasNonNull(name)) {
            return otherwise;
        }
        require(fields.get(name).isBoolean(), name, "true or false");
        return fields.get(name).booleanValue();
    }

    private String text(String otherwise, String name) throws InvalidCheckpointException {
        if (!fields.hasNonNull(name)) {
            return otherwise;
        }
        require(fields.get(name).isTextual(), name, "a text");
        return fields.get(name).textValue();
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
