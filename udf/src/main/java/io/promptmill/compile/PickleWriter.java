package io.promptmill.compile;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    private static final int NONE = 'N';
    private static final int LONG_BINPUT = 'r';
    private static final int LONG_BINGET = 'j';
    private static final int STOP = '.';

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<Object, Integer> places = new HashMap<>();

    PickleWriter() {
        out.write(PROTO);
        out.write(2);
    }

    /**
     * An object of a class of the archive's code.
     *
     * @param className in full: {@code __torch__.linear.Linear}
     * @param attributes writes the name and the value of each
     */
    void object(String className, Runnable attributes) {
        int module = className.lastIndexOf('.');
        global(className.substring(0, module), className.substring(module + 1));
        out.write(EMPTY_TUPLE);
        out.write(NEWOBJ);
        out.write(EMPTY_DICT);
        out.write(MARK);
        attributes.run();
        out.write(SETITEMS);
        out.write(BUILD);
    }

    /** An attribute of a type {@code List[C]}, where C is a class of the archive's code. */
    void objects(String listType, Runnable items) {
        global("torch.jit._pickle", "restore_type_tag");
        out.write(MARK);
        out.write(EMPTY_LIST);
        out.write(MARK);
        items.run();
        out.write(APPENDS);
        text(listType);
        out.write(TUPLE);
        out.write(REDUCE);
    }

    /** Writes a value once: where it comes again it is the same object. */
    void once(Object value, Runnable writer) {
        Integer place = places.get(value);
        if (place != null) {
            out.write(LONG_BINGET);
            littleEndian(4, place);
        } else {
            writer.run();
            places.put(value, places.size());
            out.write(LONG_BINPUT);
            littleEndian(4, places.get(value));
        }
    }

    /** An attribute that may lack a value. */
    void optional(boolean isThere, Runnable value) {
        if (isThere) {
            value.run();
        } else {
            none();
        }
    }

    /** No value, for an attribute that may lack one. */
    void none() {
        out.write(NONE);
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

    /** An attribute of type {@code Tensor}, its values in the archive's entry {@code data/KEY}; the same one for the same key. */
    void tensor(TensorEntry tensor) {
        once(tensor.key(), () -> newTensor(tensor));
    }

    private void newTensor(TensorEntry tensor) {
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
