package io.promptmill.family;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.StrictJson;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The model families that are known; each config.json is read by the family whose model_type it has. Thread-safe. */
public final class ModelFamilies {
    private static final String FILE = ConfigFields.FILE;

    private final List<ModelFamily> families;

    /**
     * Just these.
     *
     * @throws IllegalArgumentException when two have one model_type
     */
    public ModelFamilies(List<ModelFamily> families) {
        this.families = families.stream()
                .sorted(Comparator.comparing(ModelFamily::name))
                .toList();
        List<String> types = modelTypes().toList();
        if (types.stream().distinct().count() < types.size()) {
            throw new IllegalArgumentException("two families have one model_type: " + types);
        }
    }

    /**
     * All that the class path holds as services. They are looked for where this class comes from: in an executor the
     * thread's own loader need not know the application's jar.
     */
    public static ModelFamilies installed() {
        return Installed.FAMILIES;
    }

    /**
     * The configuration of a model.
     *
     * @param config the fields of config.json
     * @param generation those of generation_config.json, whose begin token goes first; null where there is none
     * @param warnings gets a sentence for each unknown field, and for whatever else the family finds
     * @throws InvalidCheckpointException when the file is of no known family, or what it says is not computed
     */
    public ModelConfig read(JsonNode config, JsonNode generation, List<String> warnings)
            throws InvalidCheckpointException {
        ModelFamily family = familyOf(config, warnings);
        requireComputed(config, family.fields());
        warnOfUnknown(config, family.fields(), warnings);
        try {
            return family.read(new ConfigFields(config, generation, warnings));
        } catch (IllegalArgumentException e) {
            throw InvalidCheckpointException.unsupported(
                    FILE + ": " + e.getMessage(),
                    "no " + family.name() + " can be built from it here",
                    "use the config.json that came with the weights, or a model whose values are within these bounds");
        }
    }

    /** Files of transformers 2 have no model_type; that the weights are the family's is checked with them. */
    private ModelFamily familyOf(JsonNode config, List<String> warnings) throws InvalidCheckpointException {
        String modelType = config.path("model_type").asText("");
        if (!modelType.isEmpty()) {
            return first(
                    marks -> marks.modelTypes().contains(modelType),
                    "the model_type " + InvalidCheckpointException.quote(modelType));
        }
        JsonNode architectures = config.path("architectures");
        if (!architectures.isEmpty()) {
            String architecture = architectures.path(0).asText();
            ModelFamily family = first(
                    marks -> architecture.startsWith(marks.architecturePrefix()),
                    "no model_type and the architecture " + InvalidCheckpointException.quote(architecture));
            warnings.add(taken(family, "its architectures"));
            return family;
        }
        ModelFamily family = first(
                marks -> !marks.ownFields().isEmpty()
                        && marks.ownFields().stream().allMatch(config::hasNonNull),
                "no model_type, no architectures, and not all of "
                        + families.stream()
                                .filter(known -> !known.marks().ownFields().isEmpty())
                                .map(known -> known.name() + "'s fields "
                                        + listed(known.marks().ownFields()))
                                .collect(Collectors.joining(" or of ")));
        warnings.add(taken(family, "its fields " + listed(family.marks().ownFields())));
        return family;
    }

    private static String taken(ModelFamily family, String by) {
        return FILE + " has no model_type and is taken for a " + family.name() + "'s by " + by;
    }

    private ModelFamily first(Predicate<FamilyMarks> wanted, String otherwise) throws InvalidCheckpointException {
        return families.stream()
                .filter(family -> wanted.test(family.marks()))
                .findFirst()
                .orElseThrow(() -> InvalidCheckpointException.unsupported(
                        FILE + " has " + otherwise,
                        "only " + joined(families.stream().map(ModelFamily::name), " and ") + " networks are computed",
                        "use a checkpoint whose model_type is " + joined(modelTypes(), " or ")));
    }

    private Stream<String> modelTypes() {
        return families.stream().flatMap(family -> family.marks().modelTypes().stream());
    }

    private static void requireComputed(JsonNode config, FamilyFields own) throws InvalidCheckpointException {
        for (Map.Entry<String, JsonNode> field : config.properties()) {
            String name = field.getKey();
            Object computed = own.fixed().getOrDefault(name, KnownFields.MODEL_FIXED.get(name));
            if (computed != null && !StrictJson.isUnsetOr(computed, field.getValue())) {
                throw InvalidCheckpointException.unsupported(
                        FILE + " sets " + name + " to "
                                + InvalidCheckpointException.quote(
                                        field.getValue().toString()),
                        "it changes the model's numbers and only " + computed + " is supported",
                        "use a checkpoint without it");
            }
        }
    }

    private static void warnOfUnknown(JsonNode config, FamilyFields own, List<String> warnings) {
        config.fieldNames().forEachRemaining(name -> {
            if (!own.knows(name) && !KnownFields.isOfModel(name) && !KnownFields.isOfGeneration(name)) {
                warnings.add(FILE + ": the field " + InvalidCheckpointException.quote(name)
                        + " is unknown and ignored; check that it does not change the model");
            }
        });
    }

    private static String listed(List<String> names) {
        return String.join(", ", names);
    }

    /** The names as a sentence has them: {@code A, B and C}. */
    private static String joined(Stream<String> names, String last) {
        List<String> all = names.toList();
        int rest = all.size() - 1;
        return rest == 0 ? all.get(0) : listed(all.subList(0, rest)) + last + all.get(rest);
    }

    /** Loaded once, when it is first asked for. */
    private static final class Installed {
        private static final ModelFamilies FAMILIES =
                new ModelFamilies(ServiceLoader.load(ModelFamily.class, ModelFamily.class.getClassLoader()).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList());
    }
}
