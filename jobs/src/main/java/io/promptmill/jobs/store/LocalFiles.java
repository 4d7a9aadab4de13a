package io.promptmill.jobs.store;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** What Hadoop does not tell of local disks: it takes a link for what it leads to, and everything else for a file. */
public final class LocalFiles {
    private LocalFiles() {}

    /**
     * Whether a path is a file, a link to one, or a folder. A link to a folder may lead back to where it lies, so that going
     * after it would never end, and reading a pipe or a socket waits for a writer. On stores that are not local all is.
     */
    public static boolean isOrdinary(FileSystem fileSystem, Path path) {
        RawLocalFileSystem local = raw(fileSystem);
        if (local == null) {
            return true;
        }
        java.nio.file.Path file = local.pathToFile(path).toPath();
        return Files.isRegularFile(file)
                || (Files.isDirectory(file) && !Files.isSymbolicLink(file))
                || !Files.exists(file);
    }

    /** The one folder that a path stands for, whatever links lead there. */
    public static Path real(FileSystem fileSystem, Path path) throws IOException {
        RawLocalFileSystem local = raw(fileSystem);
        return local == null
                ? fileSystem.makeQualified(path)
                : fileSystem.makeQualified(
                        new Path(local.pathToFile(path).toPath().toRealPath().toString()));
    }

    private static RawLocalFileSystem raw(FileSystem fileSystem) {
        if (fileSystem instanceof LocalFileSystem checked
                && checked.getRawFileSystem() instanceof RawLocalFileSystem raw) {
            return raw;
        }
        return fileSystem instanceof RawLocalFileSystem raw ? raw : null;
    }
}
