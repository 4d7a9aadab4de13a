package io.promptmill.jobs.parquet;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.CodecPool;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.Decompressor;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Decompresses pages by Parquet's own codecs, and comes to an end whatever the bytes are. Parquet reads on until it has the
 * size that the page's header tells, and some codecs (LZ4_RAW) answer 0 bytes for ever where there are no more.
 * Single-threaded.
 */
final class PageDecompressor implements AutoCloseable {
    private final Codecs codecs;
    private final Map<CompressionCodecName, Decompressor> decompressors = new EnumMap<>(CompressionCodecName.class);

    PageDecompressor(Configuration hadoop) {
        this.codecs = new Codecs(hadoop);
    }

    /**
     * The first bytes of what was compressed.
     *
     * @param size how many
     * @throws EOFException when there are fewer
     * @throws IOException when it is no such codec's; natives of decoders throw errors of their own, too
     */
    byte[] decompress(CompressionCodecName name, byte[] compressed, int size) throws IOException {
        CompressionCodec codec = codecs.getCodec(name);
        Decompressor decompressor = decompressors.computeIfAbsent(name, absent -> CodecPool.getDecompressor(codec));
        if (decompressor != null) {
            decompressor.reset();
        }
        byte[] plain = new byte[size];
        try (InputStream in = codec.createInputStream(new ByteArrayInputStream(compressed), decompressor)) {
            int length = 0;
            while (length < size) {
                int read = in.read(plain, length, size - length);
                if (read <= 0) {
                    throw new EOFException("it has " + length + " bytes of " + size);
                }
                length += read;
            }
        }
        return plain;
    }

    /** Gives the decoders back. */
    @Override
    public void close() {
        decompressors.values().forEach(CodecPool::returnDecompressor);
        decompressors.clear();
        codecs.release();
    }

    /** Parquet's table of codecs, which is for its subclasses. */
    private static final class Codecs extends CodecFactory {
        Codecs(Configuration hadoop) {
            super(hadoop, 0);
        }

        @Override
        protected CompressionCodec getCodec(CompressionCodecName name) {
            return super.getCodec(name);
        }
    }
}
