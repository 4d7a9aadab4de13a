package io.promptmill.pretrained;

import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** How models are looked for in the folders of some file system; changes nothing. */
public interface FolderLookup {
    /** Whether a folder is there. */
    boolean isFolder(String location) throws IOException;

    /** The names of the folders that lie in a folder, in any order. */
    List<String> folders(String location) throws IOException;

    /**
     * The text of a small file in a folder; empty where no file is by that name.
     *
     * @throws InvalidCheckpointException when it is too large or not UTF-8
     */
    Optional<String> text(String location, String file) throws InvalidCheckpointException, IOException;
}
