package io.promptmill.jobs.output;

import io.promptmill.Sha256;
import io.promptmill.jobs.output.ChunkReport.WrittenFile;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/**
 * A chunk's file as it lies in the output folder, read from its first byte to its last.
 *
 * @param record what the file says of itself; the digest of its rows has been compared with the rows
 * @param file what it is
 */
record StoredChunk(ChunkRecord record, WrittenFile file) {
    private static final int BLOCK_BYTES = 1 << 16;

    /**
     * Reads a file.
     *
     * @throws IOException when it is no whole chunk; strange bytes may also give any exception of the Parquet reader
     */
    static StoredChunk read(OutputFiles files, String name, Configuration hadoop) throws IOException {
        ParquetMetadata footer;
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(files.path(name), hadoop))) {
            footer = reader.getFooter();
        }
        String json = footer.getFileMetaData().getKeyValueMetaData().get(ChunkRecord.KEY);
        if (json == null) {
            throw new IOException("its footer has no entry " + ChunkRecord.KEY);
        }
        ChunkRecord record = Json.read(json.getBytes(StandardCharsets.UTF_8), ChunkRecord.class);
        long rows = footer.getBlocks().stream()
                .mapToLong(BlockMetaData::getRowCount)
                .sum();
        return new StoredChunk(record, digested(files, name, record, rows));
    }

    private static WrittenFile digested(OutputFiles files, String name, ChunkRecord record, long rows)
            throws IOException {
        MessageDigest digest = Sha256.newDigest();
        String ofData = null;
        long bytes = 0;
        try (InputStream in = files.open(name)) {
            byte[] block = new byte[BLOCK_BYTES];
            while (true) {
                long toEndOfData = record.dataBytes() - bytes;
                int wanted = toEndOfData > 0 ? (int) Math.min(block.length, toEndOfData) : block.length;
                int read = in.read(block, 0, wanted);
                if (read < 0) {
                    break;
                }
                digest.update(block, 0, read);
                bytes += read;
                if (bytes == record.dataBytes()) {
                    ofData = Sha256.hex(Sha256.copyOf(digest).digest());
                }
            }
        }
        if (!record.dataSha256().equals(ofData)) {
            throw new IOException(
                    "its rows have the SHA-256 " + ofData + " and were written with " + record.dataSha256());
        }
        return new WrittenFile(name, rows, bytes, Sha256.hex(digest.digest()));
    }
}
