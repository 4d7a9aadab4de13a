package io.promptmill.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The files of one output folder, on the driver or in a task. Every file appears whole: it is written under a temporary
 * name beside the plan and then renamed, never over another file.
 */
final class OutputFiles {
    /** Folder of what is not data; readers skip names that begin with an underscore. */
    static final String METADATA_FOLDER = "_promptmill";

    private static final String TEMPORARY_FOLDER = METADATA_FOLDER + "/tmp";

    private final FileSystem fileSystem;
    private final Path folder;

    OutputFiles(String folder, Configuration hadoop) throws IOException {
        Path path = new Path(folder);
        FileSystem found = path.getFileSystem(hadoop);
        // The checksum file system would write .crc twins and rename in two steps.
        this.fileSystem = found instanceof LocalFileSystem local ? local.getRawFileSystem() : found;
        this.folder = fileSystem.makeQualified(path);
    }

    FileSystem fileSystem() {
        return fileSystem;
    }

    Path folder() {
        return folder;
    }

    Path path(String name) {
        return new Path(folder, name);
    }

    Path temporaryFolder() {
        return path(TEMPORARY_FOLDER);
    }

    /** A new file under a temporary name that {@code distinction} makes unique. */
    Path temporary(String name, String distinction) {
        return new Path(temporaryFolder(), name + "." + distinction);
    }

    FSDataOutputStream create(Path file) throws IOException {
        return fileSystem.create(file, false);
    }

    /** Writes a file that appears whole, or not at all where one of that name exists; whether it was written. */
    boolean writeIfAbsent(String name, byte[] content, String distinction) throws IOException {
        Path temporary = temporary(new Path(name).getName(), distinction);
        try (OutputStream out = create(temporary)) {
            out.write(content);
        }
        return publish(temporary, path(name));
    }

    InputStream open(String name) throws IOException {
        return fileSystem.open(path(name));
    }

    byte[] read(String name) throws IOException {
        try (InputStream in = open(name)) {
            return in.readAllBytes();
        }
    }

    boolean exists(String name) throws IOException {
        return fileSystem.exists(path(name));
    }

    void delete(Path file) throws IOException {
        fileSystem.delete(file, false);
    }

    /** Moves a finished file to its name unless that is taken; the temporary file is gone in any case. */
    boolean publish(Path temporary, Path target) throws IOException {
        try {
            fileSystem.mkdirs(target.getParent());
            return fileSystem instanceof RawLocalFileSystem local
                    ? link(local, temporary, target)
                    : !fileSystem.exists(target) && rename(temporary, target);
        } finally {
            delete(temporary);
        }
    }

    // A local rename replaces an existing file silently; a hard link does not.
    private static boolean link(RawLocalFileSystem local, Path temporary, Path target) throws IOException {
        try {
            Files.createLink(
                    local.pathToFile(target).toPath(),
                    local.pathToFile(temporary).toPath());
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // No hard links here (some network mounts): the check before the rename is the best there is.
            return !local.exists(target) && local.rename(temporary, target);
        }
    }

    private boolean rename(Path temporary, Path target) throws IOException {
        try {
            if (fileSystem.rename(temporary, target)) {
                return true;
            }
        } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
            return false;
        }
        if (fileSystem.exists(target)) {
            return false;
        }
        throw new IOException("Cannot rename " + temporary + " to " + target);
    }
}
