package io.promptmill.jobs.parquet;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pages that claim what they do not have; nothing is allocated for a claim. */
class ColumnPagesTest {
    private static final int HUGE = Integer.MAX_VALUE;
    private static final LeafColumn TEXTS = new LeafColumn(List.of("some", "texts"), Type.BYTE_ARRAY, 0, 0, 0);
    private static final byte[] TWO_TEXTS = {1, 0, 0, 0, 'a', 0, 0, 0, 0};

    @Test
    void pagesThatAreWhatTheySayAreAccepted() {
        assertThatCode(() -> check(CompressionCodec.UNCOMPRESSED, data(9, 9, 2, Encoding.PLAIN), TWO_TEXTS))
                .doesNotThrowAnyException();
    }

    @Test
    void sizesOfGigabytesAreRefusedBeforeThereIsRoomForThem() {
        refused("it claims to have 9 bytes, and 2147483647 when decompressed", data(9, HUGE, 2, Encoding.PLAIN));
        refused("it claims to have 2147483647 bytes, and 9 when decompressed", data(HUGE, 9, 2, Encoding.PLAIN));
        refused("it claims to have -1 bytes, and 9 when decompressed", data(-1, 9, 2, Encoding.PLAIN));
        refused(
                "its value 3 of 2147483647 reaches beyond its end",
                new PageHeader(PageType.DICTIONARY_PAGE, 9, 9)
                        .setDictionary_page_header(new DictionaryPageHeader(HUGE, Encoding.PLAIN)));
    }

    @Test
    void theSizeInWhatSnappyHasCompressedMustBeThatOfThePage() {
        byte[] fourGigabytes = {-1, -1, -1, -1, 15, 0, 0};
        assertThatThrownBy(() -> check(CompressionCodec.SNAPPY, data(7, 9, 2, Encoding.PLAIN), fourGigabytes))
                .isInstanceOf(DamagedParquetException.class)
                .hasMessage("page 1 of the column some.texts: it claims to have 9 bytes and has 4294967295");
    }

    @Test
    void whatCannotBeDecompressedIsToldWhateverTheDecoderThrows() {
        for (CompressionCodec codec : List.of(CompressionCodec.SNAPPY, CompressionCodec.GZIP, CompressionCodec.ZSTD)) {
            byte[] garbage = {9, -1, -2, -3, -4, 5, 6};
            assertThatThrownBy(() -> check(codec, data(7, 9, 2, Encoding.PLAIN), garbage))
                    .isInstanceOf(DamagedParquetException.class)
                    .hasMessageStartingWith("page 1 of the column some.texts: it cannot be decompressed: ");
        }
    }

    /** LZ4's raw form, whose stream in Parquet answers 0 bytes for ever. */
    @Test
    @Timeout(30)
    void whatDecompressesToLessThanItSaysComesToAnEnd() {
        byte[] nine = {(byte) 0x90, 1, 0, 0, 0, 'a', 0, 0, 0, 0};
        assertThatCode(() -> check(CompressionCodec.LZ4_RAW, data(10, 9, 2, Encoding.PLAIN), nine))
                .doesNotThrowAnyException();
        byte[] eight = {(byte) 0x80, 1, 0, 0, 0, 'a', 0, 0, 0};
        assertThatThrownBy(() -> check(CompressionCodec.LZ4_RAW, data(9, 9, 2, Encoding.PLAIN), eight))
                .isInstanceOf(DamagedParquetException.class)
                .message()
                .isIn(
                        "page 1 of the column some.texts: it cannot be decompressed: it has 8 bytes of 9",
                        // of a decompressor that notices by itself
                        "page 1 of the column some.texts: it cannot be decompressed: Corrupt file: Zero bytes read"
                                + " during decompression.");
    }

    @Test
    void levelsValuesAndDictionariesThatAreNotThereAreMissed() {
        refused("values of the type BYTE_ARRAY are never encoded as RLE", data(9, 9, 2, Encoding.RLE));
        refused("its dictionary is missing", data(9, 9, 2, Encoding.RLE_DICTIONARY));
        refused("its 1 values take 5 bytes and there are 9", data(9, 9, 1, Encoding.PLAIN));
        refused("it claims to have -2 values", data(9, 9, -2, Encoding.PLAIN));
        refused("its header lacks a part", new PageHeader(PageType.DATA_PAGE, 9, 9));
        refused(
                "its levels claim more bytes than it has",
                new PageHeader(PageType.DATA_PAGE_V2, 9, 9)
                        .setData_page_header_v2(new DataPageHeaderV2(2, 0, 2, Encoding.PLAIN, HUGE, HUGE)));
        refused(
                "it has levels where there can be none",
                new PageHeader(PageType.DATA_PAGE_V2, 9, 9)
                        .setData_page_header_v2(new DataPageHeaderV2(2, 0, 2, Encoding.PLAIN, 1, 0)));
        refused(
                "its checksum is not that of its bytes",
                data(9, 9, 2, Encoding.PLAIN).setCrc(7));
    }

    @Test
    void definitionLevelsDecideHowManyValuesThereAre() throws Exception {
        LeafColumn numbers = new LeafColumn(List.of("n"), Type.INT32, 0, 1, 0);
        // Of three values the second is null: one packed run of the levels 1, 0, 1.
        ByteBuffer page = ByteBuffer.allocate(14).order(ByteOrder.LITTLE_ENDIAN);
        page.putInt(2).put((byte) 3).put((byte) 5).putInt(70).putInt(90);
        pages(numbers, CompressionCodec.UNCOMPRESSED, data(14, 14, 3, Encoding.PLAIN), page.array(), 3)
                .check(3);
        page.put(5, (byte) 7);
        assertThatThrownBy(() -> pages(
                                numbers,
                                CompressionCodec.UNCOMPRESSED,
                                data(14, 14, 3, Encoding.PLAIN),
                                page.array(),
                                3)
                        .check(3))
                .hasMessage("page 1 of the column n: its 3 values take 12 bytes and there are 8");
    }

    private static void refused(String message, PageHeader header) {
        assertThatThrownBy(() -> check(CompressionCodec.UNCOMPRESSED, header, TWO_TEXTS))
                .isInstanceOf(DamagedParquetException.class)
                .hasMessage("page 1 of the column some.texts: " + message);
    }

    private static void check(CompressionCodec codec, PageHeader header, byte[] body) throws IOException {
        pages(TEXTS, codec, header, body, 2).check(2);
    }

    private static ColumnPages pages(
            LeafColumn column, CompressionCodec codec, PageHeader header, byte[] body, int values) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Util.writePageHeader(header, bytes);
        bytes.write(body);
        ColumnMetaData data = new ColumnMetaData(
                column.type(), List.of(), column.path(), codec, values, bytes.size(), bytes.size(), 0);
        return new ColumnPages(
                column, data, new PageDecompressor(new Configuration()), new ByteArrayInputStream(bytes.toByteArray()));
    }

    private static PageHeader data(int compressed, int uncompressed, int values, Encoding encoding) {
        return new PageHeader(PageType.DATA_PAGE, uncompressed, compressed)
                .setData_page_header(new DataPageHeader(values, encoding, Encoding.RLE, Encoding.RLE));
    }
}
