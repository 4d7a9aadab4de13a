package io.promptmill.generation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

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
        for (int done = 0; done < count; done += WORDS) {
            int[] words = philox(new int[] {step, done / WORDS, sequence, 0}, key0, key1);
            for (int i = 0; i < WORDS && done + i < count; i++) {
                out[offset + done + i] = ((words[i] & 0xFFFFFFFFL) + 0.5) * 0x1p-32;
            }
        }
    }

    /** The block function: 128 random bits for a counter of 128 and a key of 64. */
    static int[] philox(int[] counter, int key0, int key1) {
        int[] c = counter;
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER_0 * (c[0] & 0xFFFFFFFFL);
            long product1 = MULTIPLIER_1 * (c[2] & 0xFFFFFFFFL);
            c = new int[] {
                (int) (product1 >>> 32) ^ c[1] ^ (key0 + round * WEYL_0),
                (int) product1,
                (int) (product0 >>> 32) ^ c[3] ^ (key1 + round * WEYL_1),
                (int) product0
            };
        }
        return c;
    }

    private static byte[] sha256(long seed, String promptId) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).array());
            return digest.digest(promptId.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
