package io.promptmill.family;

import java.util.List;

/**
 * What tells the config.json of a family from those of others. Immutable.
 *
 * @param modelTypes its values of {@code model_type}
 * @param architecturePrefix how the first of {@code architectures} begins; counts where there is no model_type, as in
 *     files of transformers 2
 * @param ownFields fields that no other family has; together they count where there is neither. Empty where the family
 *     is younger than such files
 */
public record FamilyMarks(List<String> modelTypes, String architecturePrefix, List<String> ownFields) {
    /** Copies the lists. */
    public FamilyMarks {
        modelTypes = List.copyOf(modelTypes);
        ownFields = List.copyOf(ownFields);
        if (modelTypes.isEmpty() || modelTypes.contains("") || architecturePrefix.isEmpty()) {
            throw new IllegalArgumentException("a family has at least one model_type, and an architecture");
        }
    }
}
