package io.promptmill.hub;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A model of the hub on this machine.
 *
 * @param name with the commit
 * @param folder its files, in the cache
 * @param warnings sentences a user should see
 */
public record HubModel(HubName name, Path folder, List<String> warnings) {
    /** Checks that all are given. */
    public HubModel {
        Objects.requireNonNull(folder, "folder");
        if (!name.isPinned()) {
            throw new IllegalArgumentException(name + " has no commit");
        }
        warnings = List.copyOf(warnings);
    }
}
