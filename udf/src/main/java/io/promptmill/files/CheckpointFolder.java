package io.promptmill.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The folder of a checkpoint, which others may change while it is in use. Which files are there, and what they hold, is
 * the same however often it is asked for and read, or the checkpoint is refused ({@link SteadyFile}).
 *
 * <p>Thread-safe; nothing stays open.
 */
public final class CheckpointFolder {
    private final Path path;
    private final Map<String, SteadyFile> files = new ConcurrentHashMap<>();

    /** Whether the folder is there shows when something is read. */
    public CheckpointFolder(Path path) {
        this.path = path;
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Whether there is anything of that name. */
    public boolean has(String name) {
        return file(name).exists();
    }

    /** Whether there is a file of that name. */
    public boolean isFile(String name) {
        return file(name).isFile();
    }

    /**
     * The length of a file in bytes.
     *
     * @throws InvalidCheckpointException when it is missing, no file, or a link that leads out of the folder
     */
    public long size(String name) throws InvalidCheckpointException, IOException {
        try (CheckedFile file = file(name).open()) {
            return file.size();
        }
    }

    /**
     * The content of a file.
     *
     * @throws InvalidCheckpointException when it has more than {@code maxBytes}, is not what it was when it was read
     *     before, is missing, no file, or a link that leads out of the folder
     */
    public ByteBuffer read(String name, int maxBytes) throws InvalidCheckpointException, IOException {
        try (CheckedFile file = file(name).open()) {
            if (file.size() > maxBytes) {
                throw file.damaged("it has " + file.size() + " bytes, more than the allowed " + maxBytes);
            }
            return file.read(0, (int) file.size());
        }
    }

    /** The file of that name, which need not be there. */
    public SteadyFile file(String name) {
        return files.computeIfAbsent(name, absent -> new SteadyFile(path.resolve(name)));
    }
}
