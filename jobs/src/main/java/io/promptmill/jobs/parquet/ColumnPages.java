package io.promptmill.jobs.parquet;

import io.promptmill.jobs.failure.Failures;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Type;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * The pages of one column in one row group, walked from the first to the last: headers, checksums, levels, and values that
 * are plain or in a dictionary. Readers trust all of these; by wrong ones they fail in odd ways, give other rows, ask for
 * gigabytes, or never end. Holds one page at a time. Single-threaded.
 */
final class ColumnPages {
    /** A page may be as large as its column says, or as this. */
    private static final int UNSUSPICIOUS_BYTES = 64 << 20;

    private final LeafColumn column;
    private final ColumnMetaData data;
    private final PageDecompressor decompressor;
    private final InputStream in;
    private long left;
    /** Negative until the dictionary has been read. */
    private int dictionarySize = -1;

    private long values;
    private long rows;
    /** Whether all pages say how many rows they hold. */
    private boolean rowsKnown = true;

    /**
     * The pages of a column.
     *
     * @param data what the footer says of them, after {@link FooterCheck}
     * @param decompressor whoever gives it closes it
     * @param in at the first page
     */
    ColumnPages(LeafColumn column, ColumnMetaData data, PageDecompressor decompressor, InputStream in) {
        this.column = column;
        this.data = data;
        this.decompressor = decompressor;
        this.left = data.getTotal_compressed_size();
        this.in = new BufferedInputStream(new Counted(in));
    }

    /**
     * Reads them all.
     *
     * @param groupRows rows of the row group
     * @throws DamagedParquetException when they contradict themselves or the footer
     * @throws IOException when the file cannot be read
     */
    void check(long groupRows) throws IOException {
        for (int page = 1; values < data.getNum_values(); page++) {
            try {
                check(ThriftReader.read(new PageHeader(), in, data.getTotal_compressed_size()));
            } catch (DamagedParquetException e) {
                throw new DamagedParquetException(
                        "page " + page + " of the column " + column.name() + ": " + e.getMessage(), e);
            }
        }
        if (values != data.getNum_values() || (rowsKnown && rows != groupRows)) {
            throw new DamagedParquetException("the column " + column.name() + " holds " + values + " values in " + rows
                    + " rows and should hold " + data.getNum_values() + " in " + groupRows);
        }
    }

    private void check(PageHeader page) throws IOException {
        long most = Math.max(data.getTotal_uncompressed_size(), UNSUSPICIOUS_BYTES);
        int size = page.getCompressed_page_size();
        if (size < 0
                || size > data.getTotal_compressed_size()
                || page.getUncompressed_page_size() < 0
                || page.getUncompressed_page_size() > most) {
            throw new DamagedParquetException("it claims to have " + size + " bytes, and "
                    + page.getUncompressed_page_size() + " when decompressed");
        }
        byte[] body = in.readNBytes(size);
        if (body.length < size) {
            throw new DamagedParquetException("it is cut off");
        }
        checkSum(page, body);
        switch (page.getType()) {
            case DICTIONARY_PAGE -> checkDictionary(page, body);
            case DATA_PAGE -> checkData(page, body);
            case DATA_PAGE_V2 -> checkDataV2(page, body);
            case INDEX_PAGE -> {} // readers pass over it
        }
    }

    private static void checkSum(PageHeader page, byte[] body) throws DamagedParquetException {
        if (page.isSetCrc()) {
            CRC32 sum = new CRC32();
            sum.update(body);
            if ((int) sum.getValue() != page.getCrc()) {
                throw new DamagedParquetException("its checksum is not that of its bytes");
            }
        }
    }

    private void checkDictionary(PageHeader page, byte[] body) throws DamagedParquetException {
        if (!page.isSetDictionary_page_header() || dictionarySize >= 0 || values > 0) {
            throw new DamagedParquetException("it is a dictionary where none can be");
        }
        int size = page.getDictionary_page_header().getNum_values();
        if (size < 0) {
            throw new DamagedParquetException("it is a dictionary of " + size + " values");
        }
        PlainValues.check(ByteBuffer.wrap(plain(body, page.getUncompressed_page_size())), column, size);
        dictionarySize = size;
    }

    private void checkData(PageHeader page, byte[] body) throws DamagedParquetException {
        if (!page.isSetData_page_header()) {
            throw new DamagedParquetException("its header lacks a part");
        }
        DataPageHeader header = page.getData_page_header();
        int count = checkedCount(header.getNum_values());
        ByteBuffer content =
                ByteBuffer.wrap(plain(body, page.getUncompressed_page_size())).order(ByteOrder.LITTLE_ENDIAN);
        values += count;
        if ((column.repetitions() > 0 && header.getRepetition_level_encoding() != Encoding.RLE)
                || (column.definitions() > 0 && header.getDefinition_level_encoding() != Encoding.RLE)) {
            rowsKnown = false; // bits packed as no writer has done for years
            return;
        }
        int rowsHere = column.repetitions() == 0
                ? count
                : levels(withLength(content), "repetition levels", column.repetitions(), count, 0);
        int present = column.definitions() == 0
                ? count
                : levels(withLength(content), "definition levels", column.definitions(), count, column.definitions());
        rows += rowsHere;
        checkValues(content.slice().order(ByteOrder.LITTLE_ENDIAN), header.getEncoding(), present);
    }

    private void checkDataV2(PageHeader page, byte[] body) throws DamagedParquetException {
        if (!page.isSetData_page_header_v2()) {
            throw new DamagedParquetException("its header lacks a part");
        }
        DataPageHeaderV2 header = page.getData_page_header_v2();
        int count = checkedCount(header.getNum_values());
        int repetitions = header.getRepetition_levels_byte_length();
        int definitions = header.getDefinition_levels_byte_length();
        int uncompressed = page.getUncompressed_page_size();
        if (repetitions < 0
                || definitions < 0
                || (long) repetitions + definitions > Math.min(body.length, uncompressed)) {
            throw new DamagedParquetException("its levels claim more bytes than it has");
        }
        if ((column.repetitions() == 0 && repetitions > 0) || (column.definitions() == 0 && definitions > 0)) {
            throw new DamagedParquetException("it has levels where there can be none");
        }
        rows += column.repetitions() == 0
                ? count
                : levels(ByteBuffer.wrap(body, 0, repetitions), "repetition levels", column.repetitions(), count, 0);
        int present = column.definitions() == 0
                ? count
                : levels(
                        ByteBuffer.wrap(body, repetitions, definitions),
                        "definition levels",
                        column.definitions(),
                        count,
                        column.definitions());
        values += count;
        byte[] content = new byte[body.length - repetitions - definitions];
        System.arraycopy(body, repetitions + definitions, content, 0, content.length);
        int wanted = uncompressed - repetitions - definitions;
        boolean compressed = !header.isSetIs_compressed() || header.isIs_compressed();
        if (!compressed && wanted != content.length) {
            throw new DamagedParquetException("it is not compressed and has two sizes");
        }
        checkValues(
                ByteBuffer.wrap(compressed ? plain(content, wanted) : content).order(ByteOrder.LITTLE_ENDIAN),
                header.getEncoding(),
                present);
    }

    private void checkValues(ByteBuffer content, Encoding encoding, int count) throws DamagedParquetException {
        switch (encoding) {
            case PLAIN -> PlainValues.check(content, column, count);
            case PLAIN_DICTIONARY, RLE_DICTIONARY -> {
                if (dictionarySize < 0) {
                    throw new DamagedParquetException("its dictionary is missing");
                }
                int width = content.hasRemaining() ? content.get() : 0;
                if (width < 0 || width > Integer.SIZE) {
                    throw new DamagedParquetException("its positions in the dictionary have " + width + " bits");
                }
                runs(content, "positions in the dictionary", width, count, dictionarySize);
            }
            case RLE -> {
                mustBe(encoding, column.type() == Type.BOOLEAN);
                runs(withLength(content), "values", 1, count, 2);
            }
                // What follows, readers check themselves.
            case DELTA_BINARY_PACKED -> mustBe(encoding, column.type() == Type.INT32 || column.type() == Type.INT64);
            case DELTA_LENGTH_BYTE_ARRAY -> mustBe(encoding, column.type() == Type.BYTE_ARRAY);
            case DELTA_BYTE_ARRAY -> mustBe(
                    encoding, column.type() == Type.BYTE_ARRAY || column.type() == Type.FIXED_LEN_BYTE_ARRAY);
            case BYTE_STREAM_SPLIT -> mustBe(encoding, column.type() != Type.BYTE_ARRAY);
            default -> mustBe(encoding, false);
        }
    }

    private void mustBe(Encoding encoding, boolean possible) throws DamagedParquetException {
        if (!possible) {
            throw new DamagedParquetException(
                    "values of the type " + column.type() + " are never encoded as " + encoding);
        }
    }

    private static int levels(ByteBuffer in, String what, int highest, int count, int counted)
            throws DamagedParquetException {
        int width = Integer.SIZE - Integer.numberOfLeadingZeros(highest);
        try {
            return HybridRuns.count(in, width, count, highest + 1L, counted);
        } catch (DamagedParquetException e) {
            throw new DamagedParquetException("its " + what + ": " + e.getMessage(), e);
        }
    }

    private static void runs(ByteBuffer in, String what, int width, int count, int end) throws DamagedParquetException {
        try {
            HybridRuns.count(in, width, count, end, 0);
        } catch (DamagedParquetException e) {
            throw new DamagedParquetException("its " + what + ": " + e.getMessage(), e);
        }
    }

    private static ByteBuffer withLength(ByteBuffer content) throws DamagedParquetException {
        int length = content.remaining() < Integer.BYTES ? -1 : content.getInt();
        if (length < 0 || length > content.remaining()) {
            throw new DamagedParquetException(
                    "its levels or values claim " + length + " bytes and it has " + content.remaining());
        }
        ByteBuffer part = content.slice(content.position(), length);
        content.position(content.position() + length);
        return part;
    }

    private static int checkedCount(int count) throws DamagedParquetException {
        if (count < 0) {
            throw new DamagedParquetException("it claims to have " + count + " values");
        }
        return count;
    }

    private byte[] plain(byte[] compressed, int size) throws DamagedParquetException {
        CompressionCodec codec = data.getCodec();
        boolean asItIs = codec == CompressionCodec.UNCOMPRESSED;
        long told = asItIs ? compressed.length : codec == CompressionCodec.SNAPPY ? snappySize(compressed) : size;
        if (told != size && (size > 0 || compressed.length > 0)) {
            throw new DamagedParquetException("it claims to have " + size + " bytes and has " + told);
        }
        if (asItIs || size == 0) {
            return compressed.length == size ? compressed : new byte[0];
        }
        try {
            return decompressor.decompress(CompressionCodecName.valueOf(codec.name()), compressed, size);
        } catch (Throwable e) { // the decoders' natives throw errors of their own
            Failures.throwIfFatal(e);
            throw new DamagedParquetException("it cannot be decompressed: " + Failures.rootMessage(e), e);
        }
    }

    /** The size at the head of what Snappy has compressed, for which its decoder makes room unasked. */
    private static long snappySize(byte[] compressed) {
        long size = 0;
        for (int i = 0; i < Math.min(compressed.length, 5); i++) {
            size |= (long) (compressed[i] & 0x7f) << (7 * i);
            if (compressed[i] >= 0) {
                return size;
            }
        }
        return -1;
    }

    /** What is left of the column's bytes. */
    private final class Counted extends InputStream {
        private final InputStream file;

        Counted(InputStream file) {
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = left == 0 ? -1 : file.read(into, from, (int) Math.min(length, left));
            left -= Math.max(read, 0);
            return read;
        }
    }
}
