package io.promptmill.files;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
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
     * The text of a file, which is read whole.
     *
     * @throws InvalidCheckpointException when it is missing, too large for its kind or not UTF-8, is not what it was when
     *     it was read before, or is a link that leads out of the folder
     */
    public String text(String name, FileKind kind) throws InvalidCheckpointException, IOException {
        SteadyFile file = file(name);
        String shown = kind.shown(path.resolve(name));
        // A pipe would wait for its writer for ever.
        if (!file.isFile()) {
            throw kind.missing(shown);
        }
        try (CheckedFile opened = file.open()) {
            if (opened.size() > kind.maxBytes()) {
                throw kind.tooLarge(shown, opened.size());
            }
            return StrictText.decode(opened.read(0, (int) opened.size()));
        } catch (CharacterCodingException e) {
            throw kind.notUtf8(shown, e);
        }
    }

    /** The file of that name, which need not be there. */
    public SteadyFile file(String name) {
        return files.computeIfAbsent(name, absent -> new SteadyFile(path.resolve(name)));
    }
}
