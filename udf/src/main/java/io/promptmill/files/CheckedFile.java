package io.promptmill.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.stream.LongStream;

/**
 * A {@link SteadyFile} that is open. Nothing is read beyond its end, and nothing is mapped: a mapped file that becomes
 * shorter ends the process. Single-threaded; whoever opens it closes it.
 */
public final class CheckedFile implements AutoCloseable {
    private static final int BLOCK_BYTES = SteadyFile.BLOCK_BYTES;
    private static final long NONE = -1;

    private final SteadyFile file;
    private final FileChannel channel;
    private final long size;
    /** The block that was read last for a part of it: readers of structure stay within one for long. */
    private byte[] recent = {};

    private long recentBlock = NONE;

    CheckedFile(SteadyFile file, FileChannel channel, long size) {
        this.file = file;
        this.channel = channel;
        this.size = size;
    }

    /** The file, which can be opened again. */
    public SteadyFile file() {
        return file;
    }

    /** The file's name without its folder, for messages. */
    public String name() {
        return file.name();
    }

    /** Length in bytes. */
    public long size() {
        return size;
    }

    /** A copy of {@code length} bytes, little-endian; refused when the file holds others there than before. */
    public ByteBuffer read(long position, int length) throws InvalidCheckpointException, IOException {
        requireWithin(position, length);
        byte[] bytes = new byte[length];
        read(position, bytes, length);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** As {@link #read(long, int)}, to the front of an array. */
    public void read(long position, byte[] into, int length) throws InvalidCheckpointException, IOException {
        requireWithin(position, length);
        long end = position + length;
        long first = position / BLOCK_BYTES;
        long last = (end + BLOCK_BYTES - 1) / BLOCK_BYTES;
        long firstWhole = (position + BLOCK_BYTES - 1) / BLOCK_BYTES;
        long endOfWhole = end == size ? last : end / BLOCK_BYTES;
        if (first < firstWhole && length > 0) {
            copyPart(first, position, into, length);
        }
        if (firstWhole < endOfWhole) {
            readWhole(firstWhole, endOfWhole, position, into);
        }
        if (firstWhole <= endOfWhole && endOfWhole < last) {
            copyPart(endOfWhole, position, into, length);
        }
    }

    /** As {@link #read}, but whatever is there now: for a check of its own, never for anything that is used. */
    public ByteBuffer readForChecksum(long position, int length) throws InvalidCheckpointException, IOException {
        requireWithin(position, length);
        byte[] bytes = new byte[length];
        if (!fill(bytes, 0, length, position)) {
            throw file.changed();
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Copies what a block has of the {@code length} bytes at a position. */
    private void copyPart(long block, long position, byte[] into, int length)
            throws InvalidCheckpointException, IOException {
        long start = block * BLOCK_BYTES;
        if (recentBlock != block) {
            recentBlock = NONE;
            if (recent.length == 0) {
                recent = new byte[(int) Math.min(BLOCK_BYTES, size)];
            }
            requireSteady(readSteadily(block, recent, 0));
            recentBlock = block;
        }
        long from = Math.max(start, position);
        long to = Math.min(start + BLOCK_BYTES, position + length);
        System.arraycopy(recent, (int) (from - start), into, (int) (from - position), (int) (to - from));
    }

    /** Reads whole blocks to their places in an array that begins at a position; by several threads, where there are cores. */
    private void readWhole(long first, long end, long position, byte[] into)
            throws InvalidCheckpointException, IOException {
        try {
            requireSteady(LongStream.range(first, end).parallel().allMatch(block -> {
                try {
                    return readSteadily(block, into, (int) (block * BLOCK_BYTES - position));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private boolean readSteadily(long block, byte[] into, int offset) throws IOException {
        int length = (int) Math.min(BLOCK_BYTES, size - block * BLOCK_BYTES);
        return fill(into, offset, length, block * BLOCK_BYTES) && file.isSteady(block, into, offset, length);
    }

    /** Whether the file was still long enough to fill that part of an array. */
    private boolean fill(byte[] into, int offset, int length, long position) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(into, offset, length);
        for (int done = 0; bytes.hasRemaining(); done = bytes.position() - offset) {
            if (channel.read(bytes, position + done) < 0) {
                return false;
            }
        }
        return true;
    }

    private void requireSteady(boolean steady) throws InvalidCheckpointException {
        if (!steady) {
            throw file.changed();
        }
    }

    /** Refuses the file where it does not reach as far as it says itself. */
    public void requireWithin(long position, long length) throws InvalidCheckpointException {
        if (position < 0 || length < 0 || position > size || length > size - position) {
            throw damaged(
                    "it ends early: " + length + " bytes are expected at " + position + " but it has only " + size);
        }
    }

    /** The refusal of the file, which breaks a rule of its format. */
    public InvalidCheckpointException damaged(String what) {
        return InvalidCheckpointException.damaged(name(), what);
    }

    /** The refusal of the file, which may be sound, but is of a form that is not read. */
    public InvalidCheckpointException unsupported(String what) {
        return InvalidCheckpointException.unsupported(
                name() + ": " + what,
                "values in that form are not read",
                "save the model again with save_pretrained of transformers");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
