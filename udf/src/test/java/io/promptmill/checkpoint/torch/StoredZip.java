package io.promptmill.checkpoint.torch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Writes zips of stored entries, well-formed or not. */
public final class StoredZip {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private int entries;
    private int flags = 0x0800;
    private int method;
    private byte[] extra = {};

    /** Flags of the entries that follow. */
    public StoredZip flags(int bits) {
        flags = bits;
        return this;
    }

    /** Compression method that the entries that follow claim. */
    public StoredZip method(int number) {
        method = number;
        return this;
    }

    /** Extra field that the directory has for the entries that follow. */
    public StoredZip extra(byte[] field) {
        extra = field.clone();
        return this;
    }

    public StoredZip entry(String name, byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(data);
        return entry(name, name, data, (int) crc.getValue(), data.length, out.size());
    }

    /** An entry whose two headers need not agree. */
    public StoredZip entry(String localName, String centralName, byte[] data, int crc32, int centralBytes, int offset) {
        byte[] local = localName.getBytes(StandardCharsets.UTF_8);
        byte[] central = centralName.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(little(30)
                .putInt(0x04034b50)
                .putShort((short) 20)
                .putShort((short) flags)
                .putShort((short) method)
                .putInt(0)
                .putInt(crc32)
                .putInt(data.length)
                .putInt(data.length)
                .putShort((short) local.length)
                .array());
        out.writeBytes(local);
        out.writeBytes(data);
        directory.writeBytes(little(46)
                .putInt(0x02014b50)
                .putInt(0)
                .putShort((short) flags)
                .putShort((short) method)
                .putInt(0)
                .putInt(crc32)
                .putInt(centralBytes)
                .putInt(centralBytes)
                .putShort((short) central.length)
                .putShort((short) extra.length)
                .putInt(42, offset)
                .array());
        directory.writeBytes(central);
        directory.writeBytes(extra);
        entries++;
        return this;
    }

    /** Bytes that belong to no entry. */
    public StoredZip junk(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public byte[] bytes() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(out.toByteArray());
        whole.writeBytes(directory.toByteArray());
        whole.writeBytes(little(22)
                .putInt(0x06054b50)
                .putInt(0)
                .putShort((short) entries)
                .putShort((short) entries)
                .putInt(directory.size())
                .putInt(out.size())
                .array());
        return whole.toByteArray();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
