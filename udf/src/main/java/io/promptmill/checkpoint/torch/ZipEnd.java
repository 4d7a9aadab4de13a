package io.promptmill.checkpoint.torch;

import io.promptmill.files.CheckedFile;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The end of a zip, which says where its directory lies (PKWARE's APPNOTE, sections 4.3.14 to 4.3.16). It has to be the
 * very end of the file: a comment or other bytes behind it would let a file be two formats at once.
 *
 * @param entries number of entries
 * @param directoryBytes length of the directory
 * @param directoryOffset where in the file it begins; it ends where this end begins
 */
record ZipEnd(long entries, long directoryBytes, long directoryOffset) {
    private static final int END = 0x06054b50;
    private static final int ZIP64_END = 0x06064b50;
    private static final int ZIP64_LOCATOR = 0x07064b50;
    private static final int END_BYTES = 22;
    private static final int ZIP64_END_BYTES = 56;
    private static final int ZIP64_LOCATOR_BYTES = 20;
    private static final int IN_ZIP64_SHORT = 0xFFFF;
    private static final long IN_ZIP64 = 0xFFFF_FFFFL;
    private static final int MAX_ENTRIES = 100_000;

    static ZipEnd read(CheckedFile file) throws InvalidCheckpointException, IOException {
        long endOffset = file.size() - END_BYTES;
        ByteBuffer bytes = file.read(endOffset, END_BYTES);
        if (bytes.getInt(0) != END || bytes.getInt(4) != 0 || bytes.getShort(20) != 0) {
            throw file.damaged("the end of its zip is missing or not the end of the file");
        }
        ZipEnd end = new ZipEnd(
                Short.toUnsignedInt(bytes.getShort(10)),
                Integer.toUnsignedLong(bytes.getInt(12)),
                Integer.toUnsignedLong(bytes.getInt(16)));
        long locatorOffset = endOffset - ZIP64_LOCATOR_BYTES;
        long zip64Offset = locatorOffset - ZIP64_END_BYTES;
        boolean zip64 =
                zip64Offset >= 0 && file.read(locatorOffset, Integer.BYTES).getInt() == ZIP64_LOCATOR;
        if (zip64) {
            end = end.replacedBy(file, locatorOffset, zip64Offset);
        }
        boolean adjacent = end.directoryOffset >= 0
                && end.directoryBytes >= 0
                && end.directoryOffset <= file.size()
                && end.directoryOffset + end.directoryBytes == (zip64 ? zip64Offset : endOffset);
        if (!adjacent || end.entries < 0 || end.entries > MAX_ENTRIES) {
            throw file.damaged("its zip directory of " + end.entries + " entries is not where the zip's end says");
        }
        return end;
    }

    /** The 64-bit form of this end, which has to agree wherever this one has a value of its own. */
    private ZipEnd replacedBy(CheckedFile file, long locatorOffset, long zip64Offset)
            throws InvalidCheckpointException, IOException {
        ByteBuffer locator = file.read(locatorOffset, ZIP64_LOCATOR_BYTES);
        ByteBuffer bytes = file.read(zip64Offset, ZIP64_END_BYTES);
        ZipEnd wide = new ZipEnd(bytes.getLong(32), bytes.getLong(40), bytes.getLong(48));
        if (locator.getLong(8) != zip64Offset
                || bytes.getInt(0) != ZIP64_END
                || bytes.getLong(24) != wide.entries
                || (entries != IN_ZIP64_SHORT && entries != wide.entries)
                || (directoryBytes != IN_ZIP64 && directoryBytes != wide.directoryBytes)
                || (directoryOffset != IN_ZIP64 && directoryOffset != wide.directoryOffset)) {
            throw file.damaged("the two ends of its zip contradict each other");
        }
        return wide;
    }
}
