package io.promptmill.checkpoint.torch;

import io.promptmill.files.CheckedFile;
import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of contents of a zip whose entries are stored, not compressed, and tile the file (PKWARE's APPNOTE, sections
 * 4.3 and 4.5.3). Walked here since {@link java.util.zip.ZipFile} hides duplicate names, accepts {@code ../} and checks no
 * sums of stored entries, and {@link java.util.zip.ZipInputStream} cannot read what {@code torch.save} writes. Nothing is
 * extracted. Single-threaded.
 */
final class ZipDirectory {
    private static final int LOCAL_HEADER = 0x04034b50;
    private static final int CENTRAL_HEADER = 0x02014b50;
    private static final int LOCAL_HEADER_BYTES = 30;
    private static final int CENTRAL_HEADER_BYTES = 46;
    private static final int MAX_DIRECTORY_BYTES = 64 << 20;
    /** Sizes follow the entry's data; text is UTF-8. The only flags {@code torch.save} sets. */
    private static final int ALLOWED_FLAGS = 0x0808;

    private static final int DESCRIPTOR_FLAG = 0x0008;
    private static final int MAX_DESCRIPTOR_BYTES = 24;
    private static final int ZIP64_EXTRA = 1;
    private static final long IN_ZIP64 = 0xFFFF_FFFFL;

    private final CheckedFile file;
    private final ZipEnd end;

    private ZipDirectory(CheckedFile file, ZipEnd end) {
        this.file = file;
        this.end = end;
    }

    /**
     * A stored entry.
     *
     * @param dataOffset where in the file its bytes begin
     * @param crc32 of its bytes; 0 where the writer left it out
     */
    record Entry(String name, long headerOffset, long dataOffset, long bytes, int crc32) {}

    /** All entries by name, in the order of the directory. */
    static Map<String, Entry> read(CheckedFile file) throws InvalidCheckpointException, IOException {
        return new ZipDirectory(file, ZipEnd.read(file)).entries();
    }

    private Map<String, Entry> entries() throws InvalidCheckpointException, IOException {
        if (end.directoryBytes() > MAX_DIRECTORY_BYTES) {
            throw file.damaged("its zip directory has " + end.directoryBytes() + " bytes");
        }
        ByteBuffer directory = file.read(end.directoryOffset(), (int) end.directoryBytes());
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (long i = 0; i < end.entries(); i++) {
            Entry entry = entry(directory);
            if (entries.put(entry.name, entry) != null) {
                throw file.damaged("it has two zip entries " + InvalidCheckpointException.quote(entry.name));
            }
        }
        if (directory.hasRemaining()) {
            throw file.damaged("its zip directory is longer than its entries");
        }
        requireTiling(entries);
        return entries;
    }

    private Entry entry(ByteBuffer directory) throws InvalidCheckpointException, IOException {
        if (directory.remaining() < CENTRAL_HEADER_BYTES || directory.getInt() != CENTRAL_HEADER) {
            throw file.damaged("its zip directory is malformed");
        }
        directory.position(directory.position() + 4); // versions
        int flags = Short.toUnsignedInt(directory.getShort());
        int method = Short.toUnsignedInt(directory.getShort());
        directory.getInt(); // time and date
        int crc32 = directory.getInt();
        long packed = Integer.toUnsignedLong(directory.getInt());
        long bytes = Integer.toUnsignedLong(directory.getInt());
        int nameBytes = Short.toUnsignedInt(directory.getShort());
        int extraBytes = Short.toUnsignedInt(directory.getShort());
        int commentBytes = Short.toUnsignedInt(directory.getShort());
        directory.position(directory.position() + 8); // disk and attributes
        long headerOffset = Integer.toUnsignedLong(directory.getInt());
        if (nameBytes + extraBytes + commentBytes > directory.remaining()) {
            throw file.damaged("its zip directory ends early");
        }
        String name = CheckpointFiles.text(slice(directory, nameBytes), file.name());
        requirePlainName(name);
        String what = "its zip entry " + InvalidCheckpointException.quote(name);
        ByteBuffer zip64 = zip64(slice(directory, extraBytes), what);
        slice(directory, commentBytes);
        bytes = bytes == IN_ZIP64 ? next(zip64, what) : bytes;
        packed = packed == IN_ZIP64 ? next(zip64, what) : packed;
        headerOffset = headerOffset == IN_ZIP64 ? next(zip64, what) : headerOffset;
        if (method != 0 || (flags & ~ALLOWED_FLAGS) != 0 || packed != bytes) {
            throw file.damaged(what + " is compressed or encrypted, which torch.save never does");
        }
        return new Entry(name, headerOffset, dataOffset(headerOffset, name, flags, bytes, what), bytes, crc32);
    }

    /** Entries are only ever looked up by name; strange names are refused all the same, nobody needs them. */
    private void requirePlainName(String name) throws InvalidCheckpointException {
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..") || part.contains("\\")) {
                throw file.damaged(
                        "it has the zip entry " + InvalidCheckpointException.quote(name) + ", which is no plain path");
            }
        }
    }

    /** The content of the extra field that holds 64-bit sizes; empty where there is none. */
    private ByteBuffer zip64(ByteBuffer extra, String what) throws InvalidCheckpointException {
        while (extra.remaining() >= 4) {
            int id = Short.toUnsignedInt(extra.getShort());
            int bytes = Short.toUnsignedInt(extra.getShort());
            if (bytes > extra.remaining()) {
                throw file.damaged(what + " has a malformed extra field");
            }
            ByteBuffer content = slice(extra, bytes);
            if (id == ZIP64_EXTRA) {
                return content;
            }
        }
        return ByteBuffer.allocate(0);
    }

    private long next(ByteBuffer zip64, String what) throws InvalidCheckpointException {
        if (zip64.remaining() < Long.BYTES) {
            throw file.damaged(what + " lacks its 64-bit size");
        }
        return zip64.getLong();
    }

    /** Where the data begins, after checking that the entry's own header says the same as the directory. */
    private long dataOffset(long headerOffset, String name, int flags, long bytes, String what)
            throws InvalidCheckpointException, IOException {
        ByteBuffer header = file.read(headerOffset, LOCAL_HEADER_BYTES);
        int nameBytes = Short.toUnsignedInt(header.getShort(26));
        int extraBytes = Short.toUnsignedInt(header.getShort(28));
        long nameOffset = headerOffset + LOCAL_HEADER_BYTES;
        boolean sizesFollow = (flags & DESCRIPTOR_FLAG) != 0;
        if (header.getInt(0) != LOCAL_HEADER
                || Short.toUnsignedInt(header.getShort(6)) != flags
                || header.getShort(8) != 0
                || !agrees(Integer.toUnsignedLong(header.getInt(18)), bytes, sizesFollow)
                || !agrees(Integer.toUnsignedLong(header.getInt(22)), bytes, sizesFollow)
                || !CheckpointFiles.text(file.read(nameOffset, nameBytes), file.name())
                        .equals(name)) {
            throw file.damaged(what + " differs from the zip's directory");
        }
        long dataOffset = nameOffset + nameBytes + extraBytes;
        file.requireWithin(dataOffset, bytes);
        return dataOffset;
    }

    private static boolean agrees(long local, long bytes, boolean sizesFollow) {
        return local == bytes || (local == 0 && sizesFollow) || (local == IN_ZIP64 && bytes >= IN_ZIP64);
    }

    /** Between two entries there is room for sizes that follow the data, and for nothing else. */
    private void requireTiling(Map<String, Entry> entries) throws InvalidCheckpointException {
        List<Entry> sorted = new ArrayList<>(entries.values());
        sorted.sort(Comparator.comparingLong(Entry::headerOffset));
        long position = 0;
        for (Entry entry : sorted) {
            requireNear(position, entry.headerOffset);
            position = entry.dataOffset + entry.bytes;
        }
        requireNear(position, end.directoryOffset());
    }

    private void requireNear(long position, long next) throws InvalidCheckpointException {
        if (next < position || next - position > (position == 0 ? 0 : MAX_DESCRIPTOR_BYTES)) {
            throw file.damaged("its zip entries overlap or leave a gap at byte " + position);
        }
    }

    private static ByteBuffer slice(ByteBuffer from, int bytes) {
        ByteBuffer slice = from.slice(from.position(), bytes).order(from.order());
        from.position(from.position() + bytes);
        return slice;
    }
}
