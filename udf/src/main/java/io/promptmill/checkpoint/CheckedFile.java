package io.promptmill.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A weights file in which nothing is read beyond its end. Single-threaded; whoever opens it closes it. */
final class CheckedFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final long size;

    private CheckedFile(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.size = channel.size();
    }

    static CheckedFile open(Path path) throws InvalidCheckpointException, IOException {
        if (!Files.isRegularFile(path)) {
            throw InvalidCheckpointException.damaged(path.getFileName().toString(), "it is missing or not a file");
        }
        CheckpointLinks.requireInside(path);
        return new CheckedFile(path, FileChannel.open(path, StandardOpenOption.READ));
    }

    Path path() {
        return path;
    }

    /** The file's name without its folder, for messages. */
    String name() {
        return path.getFileName().toString();
    }

    /** Length in bytes when it was opened. */
    long size() {
        return size;
    }

    /** A copy of {@code length} bytes, little-endian. */
    ByteBuffer read(long position, int length) throws InvalidCheckpointException, IOException {
        requireWithin(position, length);
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw damaged("it became shorter while it was read");
            }
        }
        return bytes.flip();
    }

    /** A read-only little-endian view of at most {@code Integer.MAX_VALUE} bytes; outlives this object. */
    ByteBuffer map(long position, long length) throws InvalidCheckpointException, IOException {
        requireWithin(position, length);
        return channel.map(FileChannel.MapMode.READ_ONLY, position, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Refuses the file where it does not reach as far as it says itself. */
    void requireWithin(long position, long length) throws InvalidCheckpointException {
        if (position < 0 || length < 0 || position > size || length > size - position) {
            throw damaged(
                    "it ends early: " + length + " bytes are expected at " + position + " but it has only " + size);
        }
    }

    InvalidCheckpointException damaged(String what) {
        return InvalidCheckpointException.damaged(name(), what);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
