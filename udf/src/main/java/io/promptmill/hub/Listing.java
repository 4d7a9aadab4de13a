package io.promptmill.hub;

import java.util.Set;

/**
 * What the hub tells of a model at one revision. Immutable.
 *
 * @param repository what it calls the model now
 * @param commit that the revision stands for
 * @param files names of all files, in folders too
 */
record Listing(String repository, String commit, Set<String> files) {
    Listing {
        files = Set.copyOf(files);
    }
}
