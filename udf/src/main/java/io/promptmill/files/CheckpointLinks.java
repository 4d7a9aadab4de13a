package io.promptmill.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where the symbolic links of a folder may lead: within the folder, or to the blobs of a Hugging Face cache, whose folders
 * consist of links (huggingface_hub, "Understand caching"). Any other is refused: by a stranger's link a private file could
 * be read, and quoted in a message.
 */
final class CheckpointLinks {
    /** Of one repository, or in the store that those of a cache have in common. */
    private static final Pattern CACHED_BLOB =
            Pattern.compile(".*/(?:models--[^/]+/blobs/[0-9a-f]{40,64}|blobs/[0-9a-f]{2}/[0-9a-f]{64})");

    private CheckpointLinks() {}

    /**
     * Refuses a file that a link replaces by one from elsewhere.
     *
     * @param file exists, in the checkpoint's folder
     */
    static void requireInside(Path file) throws InvalidCheckpointException, IOException {
        Path target = file.toRealPath();
        Path folder = file.toAbsolutePath().getParent().toRealPath();
        if (!target.startsWith(folder)
                && !CACHED_BLOB.matcher(target.toString()).matches()) {
            throw InvalidCheckpointException.unsupported(
                    file.getFileName() + " is a link that leads out of its folder",
                    "only the checkpoint's own files and those of the Hugging Face cache are read",
                    "copy the file into the folder where it is yours");
        }
    }
}
