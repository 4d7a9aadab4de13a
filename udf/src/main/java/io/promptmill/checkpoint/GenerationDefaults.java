package io.promptmill.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.family.ConfigFields;
import io.promptmill.family.KnownFields;
import io.promptmill.family.ModelConfig;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.StrictJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The generation settings in a checkpoint's own files. Highest precedence first: {@code task_specific_params} for
 * {@code text-generation}, generation_config.json, and only where that file is absent the generation fields of
 * config.json, as in transformers.
 */
final class GenerationDefaults {
    private static final String FILE = ConfigFields.GENERATION_FILE;

    private static final String TASK = "task_specific_params";

    private GenerationDefaults() {}

    /** What becomes of keys that no list knows. */
    private enum UnknownKeys {
        WARN,
        IGNORE
    }

    /**
     * The settings of each source. A value that cannot be used is a fault of its source, since it may be overridden.
     *
     * @param fields those of config.json
     * @param generation those of generation_config.json; null where there is none
     * @param config read from {@code fields}
     * @param warnings gets a sentence for each setting that is not applied, and for end tokens that are never generated
     */
    static List<GenerationOptions> read(JsonNode fields, JsonNode generation, ModelConfig config, List<String> warnings)
            throws InvalidCheckpointException {
        List<GenerationOptions> sources = new ArrayList<>();
        if (fields.path(TASK).hasNonNull("text-generation")) {
            JsonNode task = fields.get(TASK).get("text-generation");
            sources.add(settings("config.json " + TASK + ".text-generation", task, UnknownKeys.WARN, warnings));
        }
        if (generation != null) {
            sources.add(settings(FILE, generation, UnknownKeys.WARN, warnings));
            warnOfEndTokens(sources, generation.path(GenerationOption.EOS_TOKEN_ID.key()), config, warnings);
            return List.copyOf(sources);
        }
        GenerationOptions own = settings(ConfigFields.FILE, fields, UnknownKeys.IGNORE, warnings);
        OptionalInt end = config.family().defaultEosTokenId();
        if (!fields.has(GenerationOption.EOS_TOKEN_ID.key())
                && end.isPresent()
                && end.getAsInt() < config.shape().vocabulary()) {
            own = own.with(GenerationOption.EOS_TOKEN_ID, end.getAsInt());
        }
        sources.add(own);
        warnOfEndTokens(sources, fields.path(GenerationOption.EOS_TOKEN_ID.key()), config, warnings);
        return List.copyOf(sources);
    }

    /** Published files name end tokens of another vocabulary, or -1, or null, where nothing is to end a sequence. */
    private static void warnOfEndTokens(
            List<GenerationOptions> sources, JsonNode lowest, ModelConfig config, List<String> warnings) {
        Optional<GenerationOptions> topmost = sources.stream()
                .filter(source -> source.sets(GenerationOption.EOS_TOKEN_ID))
                .findFirst();
        if (topmost.isPresent()) {
            topmost.get()
                    .endTokenWarning(config.shape().vocabulary())
                    .ifPresent(warning -> warnings.add("the model's settings: " + warning));
        } else if (lowest.isNull()) {
            warnings.add("the model's settings: eos_token_id is null; no token ends a sequence");
        }
    }

    private static GenerationOptions settings(
            String source, JsonNode fields, UnknownKeys unknownKeys, List<String> warnings)
            throws InvalidCheckpointException {
        if (!fields.isObject()) {
            throw InvalidCheckpointException.invalid(source, "it is not an object");
        }
        GenerationOptions options = GenerationOptions.none();
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            String key = field.getKey();
            JsonNode value = field.getValue();
            Optional<GenerationOption> option = GenerationOption.ofKey(key);
            if (value.isNull()) {
                continue;
            }
            if (option.isPresent()) {
                options = with(options, option.get(), value, source);
            } else if (KnownFields.GENERATION_UNSUPPORTED.containsKey(key)) {
                if (!StrictJson.isUnsetOr(KnownFields.GENERATION_UNSUPPORTED.get(key), value)) {
                    warnings.add(source + ": " + key + " is not supported and not applied");
                }
            } else if (unknownKeys == UnknownKeys.WARN && !KnownFields.GENERATION_NEUTRAL.contains(key)) {
                warnings.add(source + ": " + InvalidCheckpointException.quote(key) + " is unknown and not applied");
            }
        }
        return options;
    }

    private static GenerationOptions with(
            GenerationOptions options, GenerationOption option, JsonNode value, String source) {
        try {
            return options.with(option, StrictJson.value(value));
        } catch (IllegalArgumentException e) {
            return options.withFault(option, source + ": " + e.getMessage());
        }
    }
}
