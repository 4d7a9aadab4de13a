package io.promptmill.compile;

import io.promptmill.Sha256;
import io.promptmill.files.InvalidCheckpointException;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript archive: a zip of stored entries, below one folder, that libtorch loads as a module.
 *
 * <p>Layout: PyTorch's {@code caffe2/serialize/inline_container.h}. Archives above 4 GiB become zip64. Single-threaded;
 * whoever opened it closes it.
 */
final class TorchScriptArchive implements Closeable {
    /** The folder inside the zip that holds all entries. */
    private static final String FOLDER = "network";

    private static final String EXTRA = "extra/";

    /** libtorch reads tensors in place where their bytes start at a multiple of this. */
    private static final int ALIGNMENT = 64;

    /** From this version on {@code gelu} knows its tanh approximation. */
    private static final String FORMAT_VERSION = "10\n";

    /** The fixed part of a local file header, before name and extra field (PKWARE APPNOTE 4.3.7). */
    private static final int LOCAL_HEADER_BYTES = 30;

    private static final int PIECE_BYTES = 1 << 20;

    private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final MessageDigest sha256 = Sha256.newDigest();
    private final CountingStream counter;
    private final ZipOutputStream zip;

    /**
     * Starts an archive.
     *
     * @param file written anew
     */
    TorchScriptArchive(Path file) throws IOException {
        OutputStream digested = new DigestOutputStream(Files.newOutputStream(file), sha256);
        this.counter = new CountingStream(new BufferedOutputStream(digested, PIECE_BYTES));
        this.zip = new ZipOutputStream(counter);
        zip.setMethod(ZipOutputStream.STORED);
        zip.setLevel(0);
    }

    /**
     * The module.
     *
     * @param pickle its objects
     * @param code the texts of their classes: those of {@code __torch__.linear} by the name {@code linear}
     */
    void module(byte[] pickle, Map<String, String> code) throws IOException {
        entry("data.pkl", ByteBuffer.wrap(pickle));
        for (Map.Entry<String, String> file : code.entrySet()) {
            entry("code/__torch__/" + file.getKey() + ".py", utf8(file.getValue()));
        }
        entry("constants.pkl", ByteBuffer.wrap(new PickleWriter().emptyTuple().finish()));
        entry("version", utf8(FORMAT_VERSION));
    }

    /** A text that is no part of the module: PyTorch calls it an extra file. */
    void extra(String name, String text) throws IOException {
        entry(EXTRA + name, utf8(text));
    }

    /** The entry of such a text. */
    static String extraName(String name) {
        return FOLDER + "/" + EXTRA + name;
    }

    /** The values of one tensor. */
    void tensor(TensorEntry tensor) throws InvalidCheckpointException, IOException {
        entry("data/" + tensor.key(), tensor.values().read());
    }

    /** Ends the archive. */
    @Override
    public void close() throws IOException {
        zip.close();
    }

    /** SHA-256 of the file in hexadecimal digits, once it is closed; asked for once. */
    String digest() {
        return Sha256.hex(sha256.digest());
    }

    private void entry(String name, ByteBuffer content) throws IOException {
        ZipEntry entry = new ZipEntry(FOLDER + "/" + name);
        CRC32 crc = new CRC32();
        crc.update(content.duplicate());
        entry.setCrc(crc.getValue());
        entry.setSize(content.remaining());
        entry.setTimeLocal(EPOCH); // the same checkpoint gives the same bytes
        entry.setExtra(padding(entry.getName()));
        zip.putNextEntry(entry);
        // In pieces: a file's channel copies what it is given to memory outside the heap.
        byte[] piece = new byte[Math.min(PIECE_BYTES, content.remaining())];
        for (ByteBuffer rest = content.duplicate(); rest.hasRemaining(); ) {
            int count = Math.min(piece.length, rest.remaining());
            rest.get(piece, 0, count);
            zip.write(piece, 0, count);
        }
        zip.closeEntry();
    }

    /** An extra field, as PyTorch's own, that moves the entry's content to an aligned offset. */
    private byte[] padding(String name) throws IOException {
        zip.flush();
        long content = counter.written + LOCAL_HEADER_BYTES + name.getBytes(StandardCharsets.UTF_8).length + 4;
        int fill = (int) ((ALIGNMENT - content % ALIGNMENT) % ALIGNMENT);
        ByteBuffer extra = ByteBuffer.allocate(4 + fill).order(ByteOrder.LITTLE_ENDIAN);
        extra.put((byte) 'F').put((byte) 'B').putShort((short) fill);
        return extra.array();
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Counts what passes, since a zip stream does not tell its position. */
    private static final class CountingStream extends OutputStream {
        private final OutputStream out;
        private long written;

        CountingStream(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            written++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            written += length;
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
