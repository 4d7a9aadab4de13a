package io.promptmill.checkpoint.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.List;

/** Copies of values that a file has in another order or a wider type than they are computed with. Stateless. */
final class StoredValues {
    private StoredValues() {}

    /**
     * The elements of a view in C order.
     *
     * @param span from the view's first element to its last
     * @param strides in elements, as many as sizes in the shape, which is not empty
     * @param bytes of an element: 2, 4 or 8
     */
    static ByteBuffer inOrder(ByteBuffer span, List<Long> shape, List<Long> strides, int bytes) {
        int inner = shape.size() - 1;
        int count = Math.toIntExact(StoredTensor.elements(shape));
        int width = Math.toIntExact(shape.get(inner));
        int step = Math.toIntExact(strides.get(inner) * bytes);
        ByteBuffer values = ByteBuffer.allocate(count * bytes).order(ByteOrder.LITTLE_ENDIAN);
        int[] index = new int[inner];
        while (values.hasRemaining()) {
            int first = 0;
            for (int i = 0; i < inner; i++) {
                first += Math.toIntExact(index[i] * strides.get(i) * bytes);
            }
            switch (bytes) {
                case Short.BYTES -> {
                    for (int i = 0; i < width; i++) {
                        values.putShort(span.getShort(first + i * step));
                    }
                }
                case Integer.BYTES -> {
                    for (int i = 0; i < width; i++) {
                        values.putInt(span.getInt(first + i * step));
                    }
                }
                default -> {
                    for (int i = 0; i < width; i++) {
                        values.putLong(span.getLong(first + i * step));
                    }
                }
            }
            advance(index, shape);
        }
        return values.flip();
    }

    private static void advance(int[] index, List<Long> shape) {
        for (int i = index.length - 1; i >= 0; i--) {
            index[i]++;
            if (index[i] < shape.get(i)) {
                return;
            }
            index[i] = 0;
        }
    }

    /** float64 values rounded to the nearest float32. */
    static ByteBuffer rounded(ByteBuffer wide) {
        DoubleBuffer doubles = wide.asDoubleBuffer();
        ByteBuffer floats =
                ByteBuffer.allocate(doubles.remaining() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (doubles.hasRemaining()) {
            floats.putFloat((float) doubles.get());
        }
        return floats.flip();
    }
}
