package io.promptmill.hub;

import io.promptmill.Problem;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a snapshot in the cache, which may have been damaged since they came: a whole snapshot is used without asking
 * anybody. Immutable.
 *
 * @param name of the model, as messages tell it
 * @param snapshot their folder
 */
public record CachedFiles(String name, Path snapshot) {
    /**
     * Looks for the damaged file that a refusal tells of, whose content is no longer what its blob is named after.
     *
     * @param found the refusal
     * @return one that names the file in the cache and how to have it anew; {@code found} where none has become another
     * @throws IOException when a file cannot be read
     */
    public InvalidCheckpointException explain(InvalidCheckpointException found) throws IOException {
        if (!found.isDamagedFile() || !Files.isDirectory(snapshot)) {
            return found;
        }
        List<Path> files;
        try (Stream<Path> content = Files.list(snapshot)) {
            files = content.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            if (found.problem().what().startsWith(file.getFileName() + ":")) {
                Path blob = file.toRealPath();
                String digest = blob.getFileName().toString();
                if (!RemoteFile.isDigest(digest)) {
                    return refusal(found, blob, "the cache has no digest of it to compare it with");
                }
                if (!new RemoteFile(file.getFileName().toString(), digest, Files.size(blob)).isIn(blob)) {
                    return refusal(found, blob, "it no longer has the digest that it is named after");
                }
            }
        }
        return found;
    }

    private InvalidCheckpointException refusal(InvalidCheckpointException found, Path file, String why) {
        return new InvalidCheckpointException(
                new Problem(
                        "hub_cache_damaged",
                        "the cache's file of " + name + " is damaged, "
                                + found.problem().what(),
                        why + ": " + file,
                        "remove that file and run again, which fetches it anew"),
                found);
    }
}
