package io.promptmill.checkpoint.lora;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.family.ModelConfig;
import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.StrictJson;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code adapter_config.json} of a LoRA adapter, as far as it changes the numbers or has to agree with the adapter's
 * tensors (PEFT's {@code LoraConfig}). Single-threaded.
 */
public final class LoraConfig {
    /** The file, which makes its folder that of an adapter. */
    public static final String FILE = "adapter_config.json";

    /** The adapter's merged form, which is an ordinary checkpoint, is always a way out. */
    private static final String REMEDY =
            "merge it into its base with PEFT's merge_and_unload, and save that with save_pretrained";

    private static final String BASE = "base_model_name_or_path";
    private static final String REVISION = "revision";

    /** Fields that change what is computed, refused where they are set. */
    private static final List<String> UNSUPPORTED = List.of(
            "use_dora",
            "use_qalora",
            "use_bdlora",
            "alora_invocation_tokens",
            "arrow_config",
            "enable_lora",
            "kasa_config",
            "layer_replication",
            "monteclora_config",
            "target_parameters",
            "trainable_token_indices",
            "velora_config");

    /** Beginnings of init_lora_weights for which PEFT changes the base's weights, too. */
    private static final List<String> CHANGING_BASE = List.of("pissa", "olora", "corda", "loftq", "lora_ga");

    /** Read here, held by the tensors themselves, or of use in training only. */
    private static final Set<String> KNOWN = Set.of(
            "auto_mapping",
            "base_model_class",
            "bias",
            "corda_config",
            "ensure_weight_tying",
            "eva_config",
            "exclude_modules",
            "fan_in_fan_out",
            "inference_mode",
            "layers_pattern",
            "layers_to_transform",
            "loftq_config",
            "lora_bias",
            "lora_dropout",
            "lora_ga_config",
            "megatron_config",
            "megatron_core",
            "merge_weights",
            "modules_to_save",
            "parent_library",
            "peft_type",
            "peft_version",
            "qalora_group_size",
            "r",
            "rank_pattern",
            REVISION,
            "runtime_config",
            "target_modules",
            "task_type",
            BASE,
            "alpha_pattern",
            "init_lora_weights",
            "lora_alpha",
            "use_rslora");

    private final JsonNode fields;
    private final NumberPatterns alphas;
    private final NumberPatterns ranks;

    private LoraConfig(JsonNode fields) throws InvalidCheckpointException {
        this.fields = fields;
        requireLora();
        requireType("lora_alpha", fields.path("lora_alpha").isNumber());
        requireType("use_rslora", fields.path("use_rslora").isBoolean());
        requireType("r", fields.path("r").isIntegralNumber());
        requireType("ensure_weight_tying", fields.path("ensure_weight_tying").isBoolean());
        this.alphas = patterns("alpha_pattern");
        this.ranks = patterns("rank_pattern");
    }

    /**
     * The configuration in a folder.
     *
     * @param warnings gets a sentence for each unknown field
     */
    static LoraConfig read(CheckpointFolder folder, List<String> warnings)
            throws InvalidCheckpointException, IOException {
        LoraConfig config = new LoraConfig(CheckpointFiles.read(folder, FILE));
        config.fields.fieldNames().forEachRemaining(name -> {
            if (!KNOWN.contains(name) && !UNSUPPORTED.contains(name)) {
                warnings.add(FILE + ": the field " + InvalidCheckpointException.quote(name)
                        + " is unknown and ignored; check that it does not change the model");
            }
        });
        return config;
    }

    /** The base that a folder's adapter names, whatever else its configuration says. */
    public static Optional<String> baseNamedIn(CheckpointFolder folder) throws InvalidCheckpointException, IOException {
        return Optional.of(CheckpointFiles.read(folder, FILE).path(BASE).asText(""))
                .filter(name -> !name.isEmpty());
    }

    /** The revision of the base that a folder's adapter was made for, where it is one of the hub's. */
    public static Optional<String> revisionNamedIn(CheckpointFolder folder)
            throws InvalidCheckpointException, IOException {
        return Optional.of(CheckpointFiles.read(folder, FILE).path(REVISION).asText(""))
                .filter(name -> !name.isEmpty());
    }

    /**
     * What a module's product is multiplied by.
     *
     * @param module its full name in transformers, e.g. {@code transformer.h.0.attn.c_attn}
     */
    float scaling(String module, long rank) throws InvalidCheckpointException {
        double alpha = alphas.find(module).orElse(fields.path("lora_alpha").asDouble(8));
        double divisor = (double) rank;
        return (float) (alpha / (fields.path("use_rslora").asBoolean() ? Math.sqrt(divisor) : divisor));
    }

    /** The rank of a module's matrices, by its full name in transformers. */
    long rank(String module) throws InvalidCheckpointException {
        return (long) ranks.find(module).orElse(fields.path("r").asDouble(8));
    }

    /** Those of the modules of a base that the adapter does not change, by their full names in transformers. */
    List<String> untargeted(List<String> modules, ModelConfig base) throws InvalidCheckpointException {
        return new TargetModules(fields, FILE, base).lackedBy(modules);
    }

    /** Whether the matrices B have biases. */
    boolean hasBiases() {
        return fields.path("lora_bias").asBoolean();
    }

    /** Refuses products for a head that is tied: PEFT trains them, and leaves them out when it loads them again. */
    void requireNoTyingOfProducts(String head) throws InvalidCheckpointException {
        if (fields.path("ensure_weight_tying").asBoolean()) {
            throw InvalidCheckpointException.unsupported(
                    FILE + " sets ensure_weight_tying, and the adapter changes the tied " + head,
                    "PEFT leaves that change out when it loads the adapter again, so what is meant cannot be told",
                    REMEDY);
        }
    }

    private NumberPatterns patterns(String name) throws InvalidCheckpointException {
        requireType(name, fields.path(name).isObject());
        return new NumberPatterns(fields.path(name), name, FILE);
    }

    private void requireLora() throws InvalidCheckpointException {
        String type = fields.path("peft_type").asText("");
        if (!type.equals("LORA")) {
            throw unsupported("has the peft_type " + InvalidCheckpointException.quote(type));
        }
        for (String name : UNSUPPORTED) {
            if (fields.has(name) && !StrictJson.isUnsetOr(false, fields.get(name))) {
                throw unsupported("sets " + name);
            }
        }
        String initial = fields.path("init_lora_weights").asText("");
        if (CHANGING_BASE.stream().anyMatch(initial::startsWith)) {
            throw unsupported("sets init_lora_weights to " + InvalidCheckpointException.quote(initial)
                    + ", which changes the base");
        }
    }

    private void requireType(String name, boolean holds) throws InvalidCheckpointException {
        if (fields.hasNonNull(name) && !holds) {
            throw InvalidCheckpointException.invalid(
                    FILE,
                    name + " cannot be "
                            + InvalidCheckpointException.quote(fields.get(name).toString()));
        }
    }

    private static InvalidCheckpointException unsupported(String what) {
        return InvalidCheckpointException.unsupported(
                FILE + " " + what, "of PEFT's adapters only plain LoRA is merged here", REMEDY);
    }
}
