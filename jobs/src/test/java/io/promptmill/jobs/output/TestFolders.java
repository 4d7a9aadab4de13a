package io.promptmill.jobs.output;

import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.util.Collection;
import org.apache.hadoop.conf.Configuration;

/** What is in an output folder, as its own package reads it. */
public final class TestFolders {
    private TestFolders() {}

    /** Files that no run has written. */
    public static Collection<String> others(OutputFiles files) throws IOException {
        return FolderContents.read(files).others();
    }

    /** What a chunk's file says of its rows, which are read and checked. */
    public static ChunkRecord record(OutputFiles files, String name) throws IOException {
        return StoredChunk.read(files, name, new Configuration()).record();
    }
}
