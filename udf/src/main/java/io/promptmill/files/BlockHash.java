package io.promptmill.files;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * A hash of a block of bytes under a secret key, several times as fast as SHA-256. It is the sum of the block's 32-bit
 * words, each times a random 64-bit number of its own, modulo 2^64. Two different blocks of one length have equal hashes
 * with a probability of 2^-33 at most, whoever made them, since hashes are never shown (multilinear hashing; Lemire and
 * Kaser, "Strongly universal string hashing is fast", 2014). Good for one process only. Stateless.
 */
final class BlockHash {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long[] KEY = key();

    private BlockHash() {}

    /** The hash of {@code length} bytes, at most a block of {@link SteadyFile}. */
    static long of(byte[] bytes, int offset, int length) {
        int words = length / Integer.BYTES;
        long hash = 0;
        for (int i = 0; i < words; i++) {
            hash += KEY[i] * Integer.toUnsignedLong((int) WORDS.get(bytes, offset + i * Integer.BYTES));
        }
        long rest = 0;
        for (int i = words * Integer.BYTES; i < length; i++) {
            rest = rest << Byte.SIZE | Byte.toUnsignedLong(bytes[offset + i]);
        }
        return hash + KEY[words] * rest;
    }

    private static long[] key() {
        byte[] random = new byte[2 * SteadyFile.BLOCK_BYTES + Long.BYTES];
        new SecureRandom().nextBytes(random);
        long[] key = new long[random.length / Long.BYTES];
        ByteBuffer.wrap(random).asLongBuffer().get(key);
        return key;
    }
}
