package io.promptmill.jobs.store;

import java.io.IOException;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** HDFS and file systems like it, whose rename is one step and replaces nothing. */
final class RenamingStore implements OutputStore {
    private final FileSystem fileSystem;

    RenamingStore(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    @Override
    public FileSystem fileSystem() {
        return fileSystem;
    }

    @Override
    public PendingFile begin(Path target, Path temporary) throws IOException {
        return new RenamedFile(fileSystem, temporary, target, this::rename);
    }

    // What counts is not the answer but what is there afterwards: an answer may be lost after the rename was done.
    private boolean rename(Path temporary, Path target) throws IOException {
        if (fileSystem.exists(target)) {
            return false; // some file systems would move the file into a folder of that name, or replace it
        }
        IOException failure = null;
        try {
            if (fileSystem.rename(temporary, target)) {
                return true;
            }
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            failure = e;
        }
        boolean there = fileSystem.exists(target);
        if (there) {
            return !fileSystem.exists(temporary); // only this attempt could move its own temporary file
        }
        throw new IOException("Cannot rename " + temporary + " to " + target, failure);
    }
}
