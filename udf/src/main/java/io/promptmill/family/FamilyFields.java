package io.promptmill.family;

import java.util.Map;
import java.util.Set;

/**
 * The fields of a family's config.json beside those that {@link KnownFields every family} may have. A field that neither
 * knows is warned about. Immutable.
 *
 * @param read those that the family reads
 * @param fixed those that change the numbers, with the one value that is computed (true, false or a whole number, or
 *     {@link KnownFields#UNSET}): any other refuses the checkpoint
 * @param neutral those that matter to training or to other uses of the network only
 */
public record FamilyFields(Set<String> read, Map<String, Object> fixed, Set<String> neutral) {
    /** Copies the sets. */
    public FamilyFields {
        read = Set.copyOf(read);
        fixed = Map.copyOf(fixed);
        neutral = Set.copyOf(neutral);
    }

    boolean knows(String name) {
        return read.contains(name) || fixed.containsKey(name) || neutral.contains(name);
    }
}
