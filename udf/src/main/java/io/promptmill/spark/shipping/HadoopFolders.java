package io.promptmill.spark.shipping;

import io.promptmill.UriKeys;
import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.pretrained.FolderLookup;
import io.promptmill.pretrained.LocalFolders;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folders of all file systems of Hadoop's. A location without a scheme is the local folder of that name if there is
 * one, otherwise it is looked up on the default file system.
 *
 * @param hadoop knows the file systems
 */
public record HadoopFolders(Configuration hadoop) implements FolderLookup {
    private static final LocalFolders LOCAL = new LocalFolders();

    @Override
    public boolean isFolder(String location) throws IOException {
        Optional<java.nio.file.Path> local = onThisMachine(location);
        if (local.isPresent()) {
            return LOCAL.isFolder(local.get().toString());
        }
        Path folder = path(location);
        FileSystem files = files(folder);
        return files.exists(folder) && files.getFileStatus(folder).isDirectory();
    }

    @Override
    public List<String> folders(String location) throws IOException {
        Optional<java.nio.file.Path> local = onThisMachine(location);
        if (local.isPresent()) {
            return LOCAL.folders(local.get().toString());
        }
        Path folder = path(location);
        return Arrays.stream(files(folder).listStatus(folder))
                .filter(FileStatus::isDirectory)
                .map(status -> status.getPath().getName())
                .toList();
    }

    @Override
    public Optional<String> text(String location, String file) throws InvalidCheckpointException, IOException {
        Optional<java.nio.file.Path> local = onThisMachine(location);
        if (local.isPresent()) {
            return LOCAL.text(local.get().toString(), file);
        }
        Path path = new Path(path(location), file);
        FileSystem files = files(path);
        try (InputStream in = files.open(path)) {
            byte[] content = in.readNBytes(CheckpointFiles.MAX_BYTES + 1);
            if (content.length > CheckpointFiles.MAX_BYTES) {
                throw CheckpointFiles.KIND.tooLarge(
                        file, files.getFileStatus(path).getLen());
            }
            return Optional.of(CheckpointFiles.text(ByteBuffer.wrap(content), file));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    /** Where a location is without the help of Hadoop; empty where it is not on this machine. */
    Optional<java.nio.file.Path> onThisMachine(String location) throws IOException {
        Path folder = path(location);
        if (folder.toUri().getScheme() == null && Files.isDirectory(java.nio.file.Path.of(location))) {
            return Optional.of(java.nio.file.Path.of(location));
        }
        FileSystem files = files(folder);
        return files.getScheme().equals("file")
                ? Optional.of(java.nio.file.Path.of(
                        files.makeQualified(folder).toUri().getPath()))
                : Optional.empty();
    }

    /**
     * The file system of a path. Hadoop fails in many ways where a host is not known, a library is missing or a setting is
     * wrong; all mean that the path cannot be read.
     */
    FileSystem files(Path path) throws IOException {
        try {
            return path.getFileSystem(hadoop);
        } catch (RuntimeException | LinkageError e) {
            throw new IOException(UriKeys.hide("Cannot open the file system of " + path + ": " + e), e);
        }
    }

    static Path path(String location) throws IOException {
        try {
            return new Path(location);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    UriKeys.hide("The model " + location + " cannot be read: this is no path. Name a folder."), e);
        }
    }
}
