package io.promptmill.jobs;

import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * S3 and stores that speak its language. They have no rename, but a put that fails where the object exists; S3A of
 * Hadoop 3.3 does not know it, so an object is put past it, while S3A reads, lists and removes.
 */
final class S3Store implements OutputStore {
    private final FileSystem fileSystem;

    S3Store(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    /** Whether a file system is one of S3. */
    static boolean serves(FileSystem fileSystem) {
        return switch (fileSystem.getScheme()) {
            case "s3a", "s3", "s3n" -> true;
            default -> false;
        };
    }

    @Override
    public PendingFile begin(Path target, Path temporary) throws IOException {
        return new SpooledObject(fileSystem, target, temporary.getName());
    }
}
