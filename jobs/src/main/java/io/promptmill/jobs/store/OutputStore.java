package io.promptmill.jobs.store;

import io.promptmill.jobs.failure.RefusalException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** How files get their names in one kind of store: the one thing that local disks, HDFS and S3 do in different ways. */
interface OutputStore {
    /** The file system in front of it. */
    FileSystem fileSystem();

    /** Refuses settings of the file system that would not hold for what is written here. */
    default void check(Path folder) throws RefusalException {}

    /**
     * Begins a file.
     *
     * @param target the name it is to get
     * @param temporary a name beside it that nobody else uses
     */
    PendingFile begin(Path target, Path temporary) throws IOException;

    /** A file's bytes from its beginning, at most so many. */
    default byte[] read(Path file, int most) throws IOException {
        try (InputStream in = fileSystem().open(file)) {
            return in.readNBytes(most);
        }
    }

    /** The store behind a file system. */
    static OutputStore of(FileSystem fileSystem) {
        if (fileSystem instanceof RawLocalFileSystem local) {
            return new LocalStore(local);
        }
        return S3Store.serves(fileSystem) ? new S3Store(fileSystem) : new RenamingStore(fileSystem);
    }
}
