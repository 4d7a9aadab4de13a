package io.promptmill.hub;

import io.promptmill.checkpoint.CheckpointNames;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a cache holds of a model at one commit. Immutable.
 *
 * @param commit that the revision stands for
 * @param folder the files
 * @param missing files that the model is read from and that are not here
 * @param unknown names that are looked for, and nothing here tells whether the model has such files
 */
record CachedSnapshot(String commit, Path folder, List<String> missing, List<String> unknown) {
    CachedSnapshot {
        missing = List.copyOf(missing);
        unknown = List.copyOf(unknown);
    }

    /**
     * Compares what is here with what there may be.
     *
     * @param files names of the files in the folder
     * @param present names of those that the model is known to have
     * @param absent names of those that it is known not to have
     */
    static CachedSnapshot of(String commit, Path folder, Set<String> files, Set<String> present, Set<String> absent)
            throws InvalidCheckpointException, IOException {
        List<String> missing = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (String name : NeededFiles.lookedFor(name -> files.contains(name) || present.contains(name))) {
            if (files.contains(name) || absent.contains(name)) {
                continue;
            }
            (present.contains(name) ? missing : unknown).add(name);
        }
        if (!NeededFiles.areIn(files)) {
            missing.add("weights with their config.json");
        } else {
            CheckpointNames.shards(new CheckpointFolder(folder)).stream()
                    .filter(shard -> !files.contains(shard))
                    .forEach(missing::add);
        }
        return new CachedSnapshot(commit, folder, missing, unknown);
    }

    /** Whether a model can be read from it. */
    boolean isModel() {
        return missing.isEmpty();
    }

    /** Whether nothing could be added to it. */
    boolean isWhole() {
        return missing.isEmpty() && unknown.isEmpty();
    }
}
