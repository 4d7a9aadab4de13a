package io.promptmill.jobs.store;

import io.promptmill.jobs.failure.RefusalException;
import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * S3 and stores that speak its language. They have no rename, but a put that fails where the object exists; S3A of
 * Hadoop 3.3 does not know it, so an object is put past it, while S3A lists, removes, and reads rows.
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
    public FileSystem fileSystem() {
        return fileSystem;
    }

    @Override
    public void check(Path folder) throws RefusalException {
        S3SettingsCheck.check(
                folder.toString(),
                new S3Settings(fileSystem.getUri().getHost(), fileSystem.getConf()),
                S3aCredentials.of(fileSystem));
    }

    @Override
    public PendingFile begin(Path target, Path temporary) throws IOException {
        return new SpooledObject(S3Objects.of(fileSystem), target, temporary.getName());
    }

    @Override
    public byte[] read(Path file, int most) throws IOException {
        return S3Objects.of(fileSystem).read(file, most);
    }
}
