package io.promptmill.jobs.source;

import io.promptmill.jobs.input.FolderColumns;
import java.io.Serializable;
import java.net.URI;
import org.apache.hadoop.fs.Path;

/**
 * One file; travels to its task.
 *
 * @param name what its rows say of where they come from: its path below the input, with slashes
 * @param format of its content
 * @param uri its path with its file system
 * @param bytes its size when it was listed
 * @param modified when it was last modified then, in milliseconds since 1970
 * @param folders columns that the names of the folders around it give to its rows
 */
public record SourceFile(String name, SourceFormat format, String uri, long bytes, long modified, FolderColumns folders)
        implements Serializable {
    /** Its path with its file system. */
    public Path path() {
        return new Path(URI.create(uri));
    }
}
