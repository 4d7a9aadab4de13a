package io.promptmill.compile;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes the pickle of a TorchScript module: protocol 2, the few opcodes that libtorch's unpickler knows.
 *
 * <p>Opcodes: CPython's {@code Lib/pickletools.py}; what stands for a tensor or a typed list: libtorch's {@code
 * torch/csrc/jit/serialization/pickler.cpp}. Single-threaded.
 */
final class PickleWriter {
    private static final int PROTO = 0x80;
    private static final int GLOBAL = 'c';
    private static final int MARK = '(';
    private static final int TUPLE = 't';
    private static final int EMPTY_TUPLE = ')';
    private static final int EMPTY_LIST = ']';
    private static final int APPENDS = 'e';
    private static final int EMPTY_DICT = '}';
    private static final int SETITEMS = 'u';
    private static final int NEWOBJ = 0x81;
    private static final int REDUCE = 'R';
    private static final int BUILD = 'b';
    private static final int BINPERSID = 'Q';
    private static final int BINUNICODE = 'X';
    private static final int BININT = 'J';
    private static final int LONG1 = 0x8a;
    private static final int BINFLOAT = 'G';
    private static final int NEWTRUE = 0x88;
    private static final int NEWFALSE = 0x89;
    private static final int STOP = '.';

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    PickleWriter() {
        out.write(PROTO);
        out.write(2);
    }

    /** Starts the attributes of an object of a class of the archive's code. */
    PickleWriter beginObject(String className) {
        global("__torch__", className);
        out.write(EMPTY_TUPLE);
        out.write(NEWOBJ);
        out.write(EMPTY_DICT);
        out.write(MARK);
        return this;
    }

    void endObject() {
        out.write(SETITEMS);
        out.write(BUILD);
    }

    PickleWriter emptyTuple() {
        out.write(EMPTY_TUPLE);
        return this;
    }

    void text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        out.write(BINUNICODE);
        littleEndian(4, utf8.length);
        out.writeBytes(utf8);
    }

    void integer(long value) {
        if (value == (int) value) {
            out.write(BININT);
            littleEndian(4, value);
        } else {
            out.write(LONG1);
            out.write(8);
            littleEndian(8, value);
        }
    }

    void number(double value) {
        out.write(BINFLOAT);
        out.writeBytes(ByteBuffer.allocate(8).putDouble(value).array()); // the one big-endian value of the format
    }

    void truth(boolean value) {
        out.write(value ? NEWTRUE : NEWFALSE);
    }

    /** An attribute of type {@code List[float]}. */
    void numbers(List<Double> values) {
        typedList("build_doublelist", () -> values.forEach(this::number));
    }

    /** An attribute of type {@code List[Tensor]}. */
    void tensors(List<TensorEntry> values) {
        typedList("build_tensorlist", () -> values.forEach(this::tensor));
    }

    /** An attribute of type {@code Tensor}, its values in the archive's entry {@code data/KEY}. */
    void tensor(TensorEntry tensor) {
        global("torch._utils", "_rebuild_tensor_v2");
        out.write(MARK);
        out.write(MARK);
        text("storage");
        global("torch", tensor.storageType().className());
        text(tensor.key());
        text("cpu");
        integer(tensor.elements());
        out.write(TUPLE);
        out.write(BINPERSID);
        integer(0); // offset into the storage
        integers(tensor.shape());
        integers(tensor.strides());
        truth(false); // requires_grad
        global("collections", "OrderedDict"); // backward hooks: none
        out.write(EMPTY_TUPLE);
        out.write(REDUCE);
        out.write(TUPLE);
        out.write(REDUCE);
    }

    byte[] finish() {
        out.write(STOP);
        return out.toByteArray();
    }

    private void integers(List<Long> values) {
        out.write(MARK);
        values.forEach(this::integer);
        out.write(TUPLE);
    }

    private void typedList(String builder, Runnable items) {
        global("torch.jit._pickle", builder);
        out.write(MARK);
        out.write(EMPTY_LIST);
        out.write(MARK);
        items.run();
        out.write(APPENDS);
        out.write(TUPLE);
        out.write(REDUCE);
    }

    private void global(String module, String name) {
        out.write(GLOBAL);
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void littleEndian(int bytes, long value) {
        out.write(
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(value)
                        .array(),
                0,
                bytes);
    }
}
