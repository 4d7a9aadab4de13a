package io.promptmill.checkpoint.weights;

import io.promptmill.files.CheckedFile;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.SteadyFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where a tensor's values lie. Its reader has checked that the elements are within the file.
 *
 * @param name as the file has it
 * @param dataType as safetensors spells it, e.g. {@code F32} or {@code U8}
 * @param shape sizes, outermost first
 * @param strides distances between neighbours of each dimension, in elements, none negative
 * @param file is read when the values are asked for
 * @param offset of the first element in the file, in bytes
 */
public record StoredTensor(
        String name, String dataType, List<Long> shape, List<Long> strides, SteadyFile file, long offset) {
    private static final String WIDE = "F64";

    /** Copies the lists. */
    public StoredTensor {
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
    }

    /** A tensor whose elements lie in C order without gaps. */
    static StoredTensor contiguous(String name, String dataType, List<Long> shape, SteadyFile file, long offset) {
        return new StoredTensor(name, dataType, shape, contiguousStrides(shape), file, offset);
    }

    /**
     * The tensor in C order and in a type that is computed with. Its values are read whenever they are asked for.
     *
     * @param canonicalName the name of the result
     * @throws InvalidCheckpointException when they cannot be had in that form
     */
    public Tensor open(String canonicalName) throws InvalidCheckpointException {
        requireUsableType(canonicalName);
        int stored = storedBytes();
        long bytes = elements(shape) * stored;
        boolean contiguous = isContiguous();
        if (!contiguous && overlaps()) {
            throw unusable(
                    "tensor " + canonicalName + " is a view with strides " + strides + " whose elements overlap",
                    "save the model with save_pretrained");
        }
        long span = contiguous ? bytes : span() * stored;
        if (Math.max(span, bytes) > Integer.MAX_VALUE) {
            throw unusable(
                    "tensor " + canonicalName + " has " + Math.max(span, bytes) + " bytes, 2 GiB or more",
                    "save the model in float16 or bfloat16, or use a smaller one");
        }
        int count = Math.toIntExact(elements(shape));
        return new Tensor(canonicalName, type(), shape, () -> values(0, count));
    }

    /** The type of the values that an opened tensor gives. */
    public DataType type() {
        return dataType.equals(WIDE) ? DataType.F32 : DataType.valueOf(dataType);
    }

    /**
     * Some of the values that an opened tensor gives, in memory of the caller's.
     *
     * @param first in C order
     * @param count all of them where they are not {@linkplain #isContiguous contiguous}
     */
    public ByteBuffer values(int first, int count) throws InvalidCheckpointException, IOException {
        int stored = storedBytes();
        ByteBuffer values = isContiguous()
                ? read((long) first * stored, count * stored)
                : StoredValues.inOrder(read(0, Math.toIntExact(span() * stored)), shape, strides, stored);
        return dataType.equals(WIDE) ? StoredValues.rounded(values) : values;
    }

    private ByteBuffer read(long start, int bytes) throws InvalidCheckpointException, IOException {
        try (CheckedFile opened = file.open()) {
            return opened.read(offset + start, bytes);
        }
    }

    /** Bytes of an element in the file. */
    private int storedBytes() {
        return dataType.equals(WIDE) ? Double.BYTES : type().bytes();
    }

    /** Whether it is the same place of the same file, and so the same values. */
    public boolean isSamePlaceAs(StoredTensor other) {
        return file.equals(other.file)
                && offset == other.offset
                && dataType.equals(other.dataType)
                && shape.equals(other.shape)
                && strides.equals(other.strides);
    }

    private void requireUsableType(String canonicalName) throws InvalidCheckpointException {
        if (!dataType.equals(WIDE) && !DataType.isNamed(dataType)) {
            throw unusable(
                    "tensor " + canonicalName + " has the type " + dataType,
                    "save the model in float32, float16 or bfloat16");
        }
    }

    /** Whether the elements lie in C order without gaps; the stride of a dimension of size 1 is never walked. */
    public boolean isContiguous() {
        List<Long> expected = contiguousStrides(shape);
        return IntStream.range(0, shape.size())
                .allMatch(i -> shape.get(i) == 1 || strides.get(i).equals(expected.get(i)));
    }

    /** Whether two indices may lead to one element: where a step is no longer than all smaller ones together reach. */
    private boolean overlaps() {
        List<Integer> walked = new ArrayList<>();
        IntStream.range(0, shape.size()).filter(i -> shape.get(i) > 1).forEach(walked::add);
        walked.sort(Comparator.comparing(strides::get));
        long reached = 0;
        for (int i : walked) {
            if (strides.get(i) <= reached) {
                return true;
            }
            reached += (shape.get(i) - 1) * strides.get(i);
        }
        return false;
    }

    /** Elements from the first to the last one; none of an empty tensor. */
    private long span() {
        long last = 0;
        for (int i = 0; i < shape.size(); i++) {
            if (shape.get(i) == 0) {
                return 0;
            }
            last += (shape.get(i) - 1) * strides.get(i);
        }
        return last + 1;
    }

    private static List<Long> contiguousStrides(List<Long> shape) {
        List<Long> strides = new ArrayList<>(shape);
        long stride = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            strides.set(i, stride);
            stride *= shape.get(i);
        }
        return strides;
    }

    /**
     * The number of elements of a shape.
     *
     * @throws ArithmeticException when it does not fit 64 bits
     */
    public static long elements(List<Long> shape) {
        long product = 1;
        for (long size : shape) {
            product = Math.multiplyExact(product, size);
        }
        return product;
    }

    private static InvalidCheckpointException unusable(String what, String remedy) {
        return InvalidCheckpointException.unsupported(
                what, "weights are F64, F32, F16 or BF16 blocks of less than 2 GiB", remedy);
    }
}
