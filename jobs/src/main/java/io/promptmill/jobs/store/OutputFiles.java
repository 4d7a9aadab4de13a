package io.promptmill.jobs.store;

import io.promptmill.jobs.failure.RefusalException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of one output folder, on the driver or in a task. Every file appears whole: it is written aside and then
 * given its name, never over another file.
 */
public final class OutputFiles {
    /** Folder of what is not data; readers skip names that begin with an underscore. */
    public static final String METADATA_FOLDER = "_promptmill";

    /** Plan and manifest are at most this long: room for the files of a quarter of a million of inputs or chunks. */
    static final int MAX_RECORD_BYTES = 64 << 20;

    /** Of the driver that holds the folder and its tasks: it clears it at any time. */
    private static final String TEMPORARY_FOLDER = METADATA_FOLDER + "/tmp";

    private static final String STOP = "stop";

    /** How the names of files begin that drivers write which do not hold the folder yet; nobody clears fresh ones. */
    private static final String CLAIM = METADATA_FOLDER + "/claim-";

    private final FileSystem fileSystem;
    private final Path folder;
    private final OutputStore store;

    /** Opens the file system of a folder that need not be there. */
    public OutputFiles(String folder, Configuration hadoop) throws IOException {
        Path given = new Path(folder);
        // A bucket without a slash has no path, and names would be put behind its own.
        Path path = given.toUri().getPath().isEmpty()
                ? new Path(given.toUri().getScheme(), given.toUri().getAuthority(), "/")
                : given;
        FileSystem found = path.getFileSystem(hadoop);
        // The checksum file system would write .crc twins and rename in two steps.
        this.fileSystem = found instanceof LocalFileSystem local ? local.getRawFileSystem() : found;
        this.folder = fileSystem.makeQualified(path);
        this.store = OutputStore.of(fileSystem);
    }

    /** Refuses settings of the store that would not hold for what is written here. */
    public void checkStore() throws RefusalException {
        store.check(folder);
    }

    /** Where the folder is; its files are written by this class alone. */
    public FileSystem fileSystem() {
        return fileSystem;
    }

    /** The folder with its file system. */
    public Path folder() {
        return folder;
    }

    /** A file of the folder, by its name there. */
    public Path path(String name) {
        return new Path(folder, name);
    }

    /** Where files are that are not finished. */
    public Path temporaryFolder() {
        return path(TEMPORARY_FOLDER);
    }

    /** Whether a file of that name in the folder is left over from an unfinished attempt of the holder. */
    public boolean isTemporary(String name) {
        return name.startsWith(TEMPORARY_FOLDER + "/");
    }

    /** The name in the folder of a temporary file. */
    public static String temporaryName(String name) {
        return TEMPORARY_FOLDER + "/" + name;
    }

    /** A new name for a file of a driver that does not hold the folder. */
    public Path newClaim() {
        return path(CLAIM + UUID.randomUUID());
    }

    /** Whether a file of that name in the folder belongs to a driver that does not hold it, or did not when it wrote. */
    public static boolean isClaim(String name) {
        return name.startsWith(CLAIM);
    }

    /** Begins a file; {@code distinction} makes the temporary name unique among attempts to write it. */
    public PendingFile begin(String name, String distinction) throws IOException {
        Path target = path(name);
        return store.begin(target, new Path(temporaryFolder(), target.getName() + "." + distinction));
    }

    /** Writes a file unless one of that name exists; whether the file has this content afterwards. */
    public boolean writeIfAbsent(String name, byte[] content) throws IOException {
        return write(name, content, begin(name, UUID.randomUUID().toString()));
    }

    /** {@link #writeIfAbsent} for a driver that does not hold the folder: what the holder clears does not disturb it. */
    public boolean claimIfAbsent(String name, byte[] content) throws IOException {
        return write(name, content, store.begin(path(name), newClaim()));
    }

    /** Writes a file whole in the place of the one of that name; for a moment there is none. */
    public void replace(String name, byte[] content) throws IOException {
        try (PendingFile file = begin(name, UUID.randomUUID().toString())) {
            file.stream().write(content);
            file.stream().flush(); // where there is no room for it, the old one stays
            delete(path(name));
            if (!file.publish()) {
                throw new IOException(path(name) + " was written by another run meanwhile");
            }
        }
    }

    private boolean write(String name, byte[] content, PendingFile pending) throws IOException {
        try (PendingFile file = pending) {
            if (content.length > MAX_RECORD_BYTES) {
                throw new IOException(path(name) + " would be " + content.length + " bytes long and the limit is "
                        + MAX_RECORD_BYTES + "; use fewer input files or chunks");
            }
            file.stream().write(content);
            return file.publish() || Arrays.equals(read(name), content);
        }
    }

    /** Writes a temporary file over the one of that name; who reads it meanwhile may find the half of it. */
    public void replaceTemporary(String name, byte[] content) throws IOException {
        try (OutputStream out = fileSystem.create(path(temporaryName(name)), true)) {
            out.write(content);
        }
    }

    /** Asks the tasks of a run to begin no further chunk. */
    public void requestStop() throws IOException {
        replaceTemporary(STOP, new byte[0]);
    }

    /** Whether {@link #requestStop} was called by anybody. */
    public boolean stopRequested() throws IOException {
        return exists(temporaryName(STOP));
    }

    /** Opens a file; refuses what is none, such as a pipe. */
    public InputStream open(String name) throws IOException {
        return fileSystem.open(ordinary(name));
    }

    /** The content of a plan, manifest or the like. */
    public byte[] read(String name) throws IOException {
        byte[] content = store.read(ordinary(name), MAX_RECORD_BYTES + 1);
        if (content.length > MAX_RECORD_BYTES) {
            throw new IOException(path(name) + " is longer than " + MAX_RECORD_BYTES + " bytes");
        }
        return content;
    }

    /** The content of a plan, manifest or the like, if it is there. */
    public Optional<byte[]> find(String name) throws IOException {
        return exists(name) ? Optional.of(read(name)) : Optional.empty();
    }

    // Opening a pipe would wait for a writer.
    private Path ordinary(String name) throws IOException {
        if (!LocalFiles.isOrdinary(fileSystem, path(name))) {
            throw new IOException(path(name) + " is no file");
        }
        return path(name);
    }

    boolean exists(String name) throws IOException {
        return fileSystem.exists(path(name));
    }

    /** Removes a file, if it is there. */
    public void delete(Path file) throws IOException {
        fileSystem.delete(file, false);
    }

    /** Removes the folder of what is not data, where nothing is in it. */
    public void deleteMetadataFolderIfEmpty() throws IOException {
        Path metadata = path(METADATA_FOLDER);
        if (fileSystem.exists(metadata) && fileSystem.listStatus(metadata).length == 0) {
            fileSystem.delete(metadata, false);
        }
    }

    /** Removes what unfinished attempts have left. */
    public void deleteTemporary() throws IOException {
        fileSystem.delete(temporaryFolder(), true);
    }
}
