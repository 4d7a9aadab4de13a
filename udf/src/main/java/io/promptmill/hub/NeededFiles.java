package io.promptmill.hub;

import io.promptmill.checkpoint.CheckpointNames;
import io.promptmill.tokenizer.folder.TokenizerFolder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Which files of a repository a model is read from; what lies in its folders is none of them. Stateless. */
final class NeededFiles {
    private NeededFiles() {}

    /** Whether a model or an adapter can be read from files of these names, as far as names tell. */
    static boolean areIn(Set<String> names) {
        return CheckpointNames.areOfModel(names::contains);
    }

    /** Those of a repository's files that are small. */
    static List<String> beforeWeights(Set<String> names) {
        Set<String> wanted = new LinkedHashSet<>(small(names::contains));
        wanted.addAll(TokenizerFolder.companions()); // so that digests are those of the whole repository's folder
        wanted.retainAll(names);
        return List.copyOf(wanted);
    }

    /** Those of a repository's files that hold weights, or tell which shards do. */
    static List<String> weights(Set<String> names) {
        List<String> wanted = CheckpointNames.weights(names::contains);
        wanted.retainAll(names);
        return wanted;
    }

    /** The names that are looked for and that a repository does not have. */
    static List<String> absent(Set<String> names) {
        List<String> wanted = lookedFor(names::contains);
        wanted.removeAll(names);
        return wanted;
    }

    /**
     * All names that are looked for, but those of shards.
     *
     * @param isThere whether there is a file of a name
     */
    static List<String> lookedFor(Predicate<String> isThere) {
        List<String> names = small(isThere);
        names.addAll(CheckpointNames.weights(isThere));
        return names;
    }

    private static List<String> small(Predicate<String> isThere) {
        List<String> names = new ArrayList<>(CheckpointNames.settings());
        names.addAll(TokenizerFolder.names(isThere));
        return names;
    }
}
