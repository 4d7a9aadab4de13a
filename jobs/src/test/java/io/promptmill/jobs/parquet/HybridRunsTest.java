package io.promptmill.jobs.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
class HybridRunsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 9, 13, 17, 24, 31, 32})
    void whatParquetsOwnEncoderWritesIsCounted(int width) throws Exception {
        for (int count : new int[] {0, 1, 7, 8, 9, 100, 1001}) {
            RunLengthBitPackingHybridEncoder encoder =
                    new RunLengthBitPackingHybridEncoder(width, 64, 1 << 20, new HeapByteBufferAllocator());
            int wanted = (int) (0xffffffffL >>> (Integer.SIZE - width));
            int expected = 0;
            for (int i = 0; i < count; i++) {
                boolean hit = i % 3 == 0 || (i > 40 && i < 90); // packed values, and a run
                encoder.writeInt(hit ? wanted : i & wanted & 1);
                expected += hit || (i & wanted & 1) == wanted ? 1 : 0;
            }
            ByteArrayOutputStream encoded = new ByteArrayOutputStream();
            encoder.toBytes().writeAllTo(encoded);
            ByteBuffer bytes = ByteBuffer.wrap(encoded.toByteArray());
            assertThat(HybridRuns.count(bytes, width, count, 1L << 32, Integer.toUnsignedLong(wanted)))
                    .as("%d values of %d bits", count, width)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', a run without its length",
        "00, a run without values",
        "01, a run without values",
        "ffffffffff, a run without its length",
        "02, it ends within a run",
        "0200, a run without its length",
        "0a01ff, 1 bytes too many",
        "0a02, the value 2 where all are below 2",
        "03, it ends within a run",
        "0380, it ends within a run",
        "038000, the value 2 where all are below 2",
    })
    void whatIsNoRunOfFiveValuesOfTwoBitsBelowTwoIsRefused(String bytes, String message) {
        ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex(bytes));
        assertThatThrownBy(() -> HybridRuns.count(in, 2, 5, 2, 1))
                .isInstanceOf(DamagedParquetException.class)
                .hasMessage(message);
    }

    @Test
    void aPackedRunMaySpareTheBytesBehindItsLastValue() throws Exception {
        ByteBuffer in = ByteBuffer.wrap(new byte[] {3, 0x05, 0x01}); // 8 values of 2 bits would have 2 bytes
        assertThat(HybridRuns.count(in.slice(0, 2), 2, 4, 2, 1)).isEqualTo(2);
        assertThat(HybridRuns.count(in, 2, 5, 2, 1)).isEqualTo(3);
    }
}
