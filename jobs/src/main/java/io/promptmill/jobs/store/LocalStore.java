package io.promptmill.jobs.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Local disks: a rename replaces an existing file silently, a hard link does not. */
final class LocalStore implements OutputStore {
    private final RawLocalFileSystem fileSystem;

    LocalStore(RawLocalFileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    @Override
    public FileSystem fileSystem() {
        return fileSystem;
    }

    @Override
    public PendingFile begin(Path target, Path temporary) throws IOException {
        return new RenamedFile(fileSystem, temporary, target, this::link);
    }

    private boolean link(Path temporary, Path target) throws IOException {
        java.nio.file.Path from = fileSystem.pathToFile(temporary).toPath();
        java.nio.file.Path to = fileSystem.pathToFile(target).toPath();
        try {
            Files.createLink(to, from);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // No hard links here (some network mounts): the check before the move is the best there is.
            if (Files.exists(to)) {
                return false;
            }
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return true;
        }
    }
}
