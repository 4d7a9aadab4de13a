package io.promptmill.checkpoint.lora;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.family.ModelConfig;
import io.promptmill.files.InvalidCheckpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * The modules that an adapter's configuration targets: PEFT gives no others a product, whatever the adapter's file holds
 * ({@code check_target_module_exists}). Names are the full ones of transformers, e.g.
 * {@code transformer.h.0.attn.c_attn}. Single-threaded.
 */
final class TargetModules {
    private static final String FIELD = "target_modules";
    private static final String EXCLUDED = "exclude_modules";
    private static final String LAYERS = "layers_to_transform";
    private static final String LAYERS_PATTERN = "layers_pattern";
    private static final String SAVED = "modules_to_save";

    private static final int MAX_CHARS = 1_000;

    /** A shorthand for all linear layers but the head. */
    private static final String ALL_LINEAR = "all-linear";

    private final JsonNode fields;
    private final String file;
    private final ModelConfig base;

    /**
     * The fields of a configuration.
     *
     * @param file named in refusals
     * @param base the configuration of the model that the adapter belongs to
     */
    TargetModules(JsonNode fields, String file, ModelConfig base) {
        this.fields = fields;
        this.file = file;
        this.base = base;
    }

    /** Those of the modules that the configuration does not target. */
    List<String> lackedBy(List<String> modules) throws InvalidCheckpointException {
        List<String> free = new ArrayList<>(modules);
        free.removeAll(excluded(free));
        for (JsonNode saved : fields.path(SAVED)) {
            free.removeAll(matching(free, SAVED, "(^|.*\\.)", saved.asText(), "($|\\..*)"));
        }
        List<String> targeted = targeted(free);
        return modules.stream().filter(module -> !targeted.contains(module)).toList();
    }

    private List<String> excluded(List<String> modules) throws InvalidCheckpointException {
        JsonNode names = fields.path(EXCLUDED);
        return names.isTextual()
                ? matching(modules, EXCLUDED, "(?:", names.asText(), ")\\z")
                : endingIn(modules, texts(names));
    }

    private List<String> targeted(List<String> modules) throws InvalidCheckpointException {
        JsonNode targets = fields.path(FIELD);
        if (targets.asText("").toLowerCase(Locale.ROOT).equals(ALL_LINEAR)) {
            Set<String> linear = base.tensors().linearModules();
            return modules.stream().filter(linear::contains).toList();
        }
        if (targets.isTextual()) {
            return matching(modules, FIELD, "(?:", targets.asText(), ")\\z");
        }
        List<String> names =
                fields.hasNonNull(FIELD) ? texts(targets) : base.family().loraTargetModules();
        List<String> targeted = new ArrayList<>(endingIn(modules, names));
        List<String> inLayers = inLayers(targeted);
        // Layers limit the names of their parts only, not full ones.
        targeted.removeIf(module -> !names.contains(module) && !inLayers.contains(module));
        return targeted;
    }

    /** Those in layers_to_transform, or all where it is not set. */
    private List<String> inLayers(List<String> modules) throws InvalidCheckpointException {
        JsonNode layers = fields.path(LAYERS);
        List<String> numbers = layers.isArray() ? texts(layers) : List.of(layers.asText());
        if (!fields.hasNonNull(LAYERS) || numbers.isEmpty()) {
            return modules;
        }
        JsonNode patterns = fields.path(LAYERS_PATTERN);
        List<String> lists = patterns.isTextual() ? List.of(patterns.asText()) : texts(patterns);
        String number =
                "\\.(?:" + String.join("|", numbers.stream().map(Pattern::quote).toList()) + ")\\.";
        if (lists.isEmpty() || lists.equals(List.of(""))) {
            return matching(modules, LAYERS, ".*?\\.[^.]*", "", number);
        }
        List<String> found = new ArrayList<>();
        for (String list : lists) {
            found.addAll(matching(modules, LAYERS_PATTERN, "(?:^|.*?\\.)(?:", list, ")" + number));
        }
        return found;
    }

    /** PEFT's matching by the end of a name. */
    private static List<String> endingIn(List<String> modules, List<String> names) {
        return modules.stream()
                .filter(module -> names.stream().anyMatch(name -> module.equals(name) || module.endsWith("." + name)))
                .toList();
    }

    private List<String> matching(List<String> modules, String field, String before, String expression, String after)
            throws InvalidCheckpointException {
        BoundedPatterns patterns = new BoundedPatterns(file, field, MAX_CHARS);
        Pattern pattern = patterns.compile(before, expression, after);
        List<String> found = new ArrayList<>();
        for (String module : modules) {
            if (patterns.beginMatches(pattern, module)) {
                found.add(module);
            }
        }
        return found;
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
