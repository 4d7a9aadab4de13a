package io.promptmill.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file of a checkpoint, which others may change while it is in use. A hash of each block is kept from when it is read
 * first, and the checkpoint is refused when the block is another one later. So all that is ever read of a file is of
 * one content: what is parsed, digested and compiled is the same, in whichever order that happens.
 *
 * <p>Thread-safe. It is open only while it is read.
 */
public final class SteadyFile {
    /** Small, since a block is read whole for any byte of it. */
    public static final int BLOCK_BYTES = 1 << 16;

    private static final long NEVER_OPENED = -1;

    private final Path path;
    private final boolean exists;
    private final boolean isFile;
    private final AtomicLong size = new AtomicLong(NEVER_OPENED);
    private final Map<Long, Long> hashes = new ConcurrentHashMap<>(); // by number of the block

    /** Whether it is there is decided now. */
    public SteadyFile(Path path) {
        this.path = path;
        this.exists = Files.exists(path);
        this.isFile = Files.isRegularFile(path);
    }

    /** Whether anything is there, be it a folder or a pipe. */
    boolean exists() {
        return exists;
    }

    boolean isFile() {
        return isFile;
    }

    /** The file's name without its folder, for messages. */
    public String name() {
        return path.getFileName().toString();
    }

    /** Opens it for one thread; refused where it is missing, or a link that leads out of its folder. */
    public CheckedFile open() throws InvalidCheckpointException, IOException {
        requireFile();
        try {
            CheckpointLinks.requireInside(path);
            return openWhereverItLies();
        } catch (NoSuchFileException e) { // deleted just now
            throw changed();
        }
    }

    /** Opens a file whose content is digested and not looked at otherwise, so that a link may lead anywhere. */
    public CheckedFile openWhereverItLies() throws InvalidCheckpointException, IOException {
        requireFile();
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            long found = channel.size();
            if (!size.compareAndSet(NEVER_OPENED, found) && size.get() != found) {
                throw changed();
            }
            return new CheckedFile(this, channel, found);
        } catch (IOException | InvalidCheckpointException e) {
            channel.close();
            throw e;
        }
    }

    private void requireFile() throws InvalidCheckpointException {
        if (!isFile) {
            throw InvalidCheckpointException.missing(name());
        }
        if (!Files.isRegularFile(path)) {
            throw changed();
        }
    }

    /** Whether a block is what it was when it was read first, which may be now. */
    boolean isSteady(long block, byte[] bytes, int offset, int length) {
        long hash = BlockHash.of(bytes, offset, length);
        Long first = hashes.putIfAbsent(block, hash);
        return first == null || first == hash;
    }

    InvalidCheckpointException changed() {
        return InvalidCheckpointException.changed(name());
    }
}
