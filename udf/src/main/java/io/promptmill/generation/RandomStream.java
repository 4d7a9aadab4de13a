package io.promptmill.generation;

import io.promptmill.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The random numbers of one sequence, a function of (seed, prompt id, sequence index, step, attempt) and of nothing else:
 * no order of arrival, no state.
 *
 * <p>Philox 4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. The key is cut
 * from the SHA-256 of seed and prompt id; the counter is (step, block of attempts, sequence index, 0). Immutable.
 */
final class RandomStream {
    private static final int ROUNDS = 10;
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final int WORDS = 4;

    private final int key0;
    private final int key1;
    private final int sequence;

    RandomStream(long seed, String promptId, int sequence) {
        ByteBuffer digest = ByteBuffer.wrap(sha256(seed, promptId));
        this.key0 = digest.getInt();
        this.key1 = digest.getInt();
        this.sequence = sequence;
    }

    /** Fills {@code out} from {@code offset} with {@code count} numbers in (0, 1), multiples of 2^-33. */
    void uniforms(int step, double[] out, int offset, int count) {
        int[] words = new int[WORDS];
        for (int done = 0; done < count; done += WORDS) {
            words[0] = step;
            words[1] = done / WORDS;
            words[2] = sequence;
            words[3] = 0;
            philox(words, key0, key1);
            for (int i = 0; i < WORDS && done + i < count; i++) {
                out[offset + done + i] = ((words[i] & 0xFFFFFFFFL) + 0.5) * 0x1p-32;
            }
        }
    }

    /** The block function: a counter of four words becomes 128 random bits, in place. */
    static void philox(int[] words, int key0, int key1) {
        int c0 = words[0];
        int c1 = words[1];
        int c2 = words[2];
        int c3 = words[3];
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER_0 * (c0 & 0xFFFFFFFFL);
            long product1 = MULTIPLIER_1 * (c2 & 0xFFFFFFFFL);
            c0 = (int) (product1 >>> 32) ^ c1 ^ (key0 + round * WEYL_0);
            c1 = (int) product1;
            c2 = (int) (product0 >>> 32) ^ c3 ^ (key1 + round * WEYL_1);
            c3 = (int) product0;
        }
        words[0] = c0;
        words[1] = c1;
        words[2] = c2;
        words[3] = c3;
    }

    private static byte[] sha256(long seed, String promptId) {
        MessageDigest digest = Sha256.newDigest();
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).array());
        return digest.digest(promptId.getBytes(StandardCharsets.UTF_8));
    }
}
