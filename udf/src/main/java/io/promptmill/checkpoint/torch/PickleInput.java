package io.promptmill.checkpoint.torch;

import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.InvalidCheckpointException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The bytes of one or several pickles, read from front to back. A read beyond their end refuses the file. Single-threaded. */
final class PickleInput {
    private static final int MAX_INTEGER_BYTES = 16;
    private static final int MAX_GLOBAL_BYTES = 200;

    private final ByteBuffer data;
    private final String source;
    private int opcodeOffset;

    /** @param source names the pickle in refusals */
    PickleInput(ByteBuffer data, String source) {
        this.data = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        this.source = source;
    }

    String source() {
        return source;
    }

    /** Bytes read so far. */
    int position() {
        return data.position();
    }

    boolean isAtEnd() {
        return !data.hasRemaining();
    }

    /** Where the last opcode lies. */
    int opcodeOffset() {
        return opcodeOffset;
    }

    /** The next opcode's byte. */
    int opcode() throws InvalidCheckpointException {
        opcodeOffset = data.position();
        return uint8();
    }

    int uint8() throws InvalidCheckpointException {
        require(1);
        return Byte.toUnsignedInt(data.get());
    }

    int uint16() throws InvalidCheckpointException {
        require(Short.BYTES);
        return Short.toUnsignedInt(data.getShort());
    }

    int int32() throws InvalidCheckpointException {
        require(Integer.BYTES);
        return data.getInt();
    }

    /** A float, the only number that a pickle holds big-endian. */
    double bigEndianDouble() throws InvalidCheckpointException {
        require(Long.BYTES);
        return Double.longBitsToDouble(Long.reverseBytes(data.getLong()));
    }

    /** A signed integer of that many bytes: a {@code Long}, or a {@code BigInteger} where it does not fit. */
    Object integer(int bytes) throws InvalidCheckpointException {
        if (bytes > MAX_INTEGER_BYTES) {
            throw damaged("has an integer of " + bytes + " bytes");
        }
        require(bytes);
        byte[] bigEndian = new byte[bytes];
        for (int i = bytes - 1; i >= 0; i--) {
            bigEndian[i] = data.get();
        }
        BigInteger value = bytes == 0 ? BigInteger.ZERO : new BigInteger(bigEndian);
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    /** A text of that many bytes. */
    String text(int bytes) throws InvalidCheckpointException {
        if (bytes < 0) {
            throw damaged("has a text of " + Integer.toUnsignedString(bytes) + " bytes");
        }
        require(bytes);
        ByteBuffer utf8 = data.slice(data.position(), bytes);
        data.position(data.position() + bytes);
        return CheckpointFiles.text(utf8, source);
    }

    /** The text up to the next line feed. */
    String line() throws InvalidCheckpointException {
        StringBuilder line = new StringBuilder();
        for (int c = uint8(); c != '\n'; c = uint8()) {
            if (line.length() == MAX_GLOBAL_BYTES) {
                throw damaged("has a Python name of more than " + MAX_GLOBAL_BYTES + " bytes");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    InvalidCheckpointException unsafe(String what) {
        return InvalidCheckpointException.unsafe(source, located(what));
    }

    InvalidCheckpointException damaged(String what) {
        return InvalidCheckpointException.damaged(source, located(what));
    }

    private String located(String what) {
        return "its pickle " + what + " (byte " + opcodeOffset + ")";
    }

    private void require(int bytes) throws InvalidCheckpointException {
        if (bytes > data.remaining()) {
            throw damaged("ends early");
        }
    }
}
