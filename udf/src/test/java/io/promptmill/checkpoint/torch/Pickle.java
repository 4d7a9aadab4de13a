package io.promptmill.checkpoint.torch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles opcode by opcode, well-formed or not. */
public final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A pickle of protocol 2. */
    public static Pickle protocol2() {
        return new Pickle().raw(0x80, 2);
    }

    public Pickle raw(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    public Pickle bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** Opcodes that are ASCII characters, as in {@code "}("}. */
    public Pickle ops(String opcodes) {
        out.writeBytes(opcodes.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    public Pickle text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        ops("X").int32(utf8.length).out.writeBytes(utf8);
        return this;
    }

    public Pickle int32(int value) {
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    /** BININT. */
    public Pickle number(int value) {
        return ops("J").int32(value);
    }

    public Pickle global(String module, String name) {
        return ops("c" + module + "\n" + name + "\n");
    }

    /** A persistent id of a storage on the stack. */
    public Pickle storage(String type, String key, int count) {
        return ops("(").text("storage")
                .global("torch", type)
                .text(key)
                .text("cpu")
                .number(count)
                .ops("tQ");
    }

    /** The arguments of {@code _rebuild_tensor_v2} behind the storage, for a vector. */
    public Pickle vector(int offset, int size, int stride) {
        return number(offset)
                .number(size)
                .raw(0x85)
                .number(stride)
                .raw(0x85, 0x89)
                .global("collections", "OrderedDict")
                .ops(")R");
    }

    /** One key with a float vector as its value. */
    public Pickle tensor(String name, String key, int count) {
        return text(name)
                .global("torch._utils", "_rebuild_tensor_v2")
                .ops("(")
                .storage("FloatStorage", key, count)
                .vector(0, count, 1)
                .ops("tR");
    }

    public byte[] bytes() {
        return out.toByteArray();
    }

    /** With STOP. */
    public byte[] stop() {
        return ops(".").bytes();
    }
}
