package io.promptmill.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BlockHashTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 63, 64, 4_096, SteadyFile.BLOCK_BYTES - 1, SteadyFile.BLOCK_BYTES})
    void anyFlippedBitChangesTheHash(int length) {
        byte[] block = new byte[length];
        new Random(length).nextBytes(block);
        long hash = BlockHash.of(block, 0, length);
        for (int at = 0; at < length; at += 1 + length / 300) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                block[at] ^= (byte) (1 << bit);
                assertThat(BlockHash.of(block, 0, length)).isNotEqualTo(hash);
                block[at] ^= (byte) (1 << bit);
            }
        }
        assertThat(BlockHash.of(block, 0, length)).isEqualTo(hash);
    }

    @Test
    void wordsThatChangePlacesChangeTheHash() {
        byte[] block = {1, 0, 0, 0, 2, 0, 0, 0, 3};
        byte[] swapped = {2, 0, 0, 0, 1, 0, 0, 0, 3};
        assertThat(BlockHash.of(swapped, 0, 9)).isNotEqualTo(BlockHash.of(block, 0, 9));
        assertThat(BlockHash.of(swapped, 8, 1)).isEqualTo(BlockHash.of(block, 8, 1));
    }

    @Test
    void whatIsBesideTheBlockDoesNotMatter() {
        byte[] bytes = new byte[100];
        Arrays.fill(bytes, (byte) 7);
        long hash = BlockHash.of(bytes, 10, 50);
        Arrays.fill(bytes, 0, 10, (byte) 1);
        Arrays.fill(bytes, 60, 100, (byte) 1);
        assertThat(BlockHash.of(bytes, 10, 50)).isEqualTo(hash);
    }
}
