package io.promptmill.jobs;

import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** How files get their names in one kind of store: the one thing that local disks, HDFS and S3 do in different ways. */
interface OutputStore {
    /**
     * Begins a file.
     *
     * @param target the name it is to get
     * @param temporary a name beside it that nobody else uses
     */
    PendingFile begin(Path target, Path temporary) throws IOException;

    /** The store behind a file system. */
    static OutputStore of(FileSystem fileSystem) {
        if (fileSystem instanceof RawLocalFileSystem local) {
            return new LocalStore(local);
        }
        return S3Store.serves(fileSystem) ? new S3Store(fileSystem) : new RenamingStore(fileSystem);
    }
}
