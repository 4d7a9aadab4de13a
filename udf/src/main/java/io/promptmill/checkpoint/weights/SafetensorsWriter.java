package io.promptmill.checkpoint.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.promptmill.files.InvalidCheckpointException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes the safetensors format as the reference implementation does (huggingface/safetensors, {@code
 * safetensors/src/tensor.rs}): wider types first, then by name, the header filled up with spaces to a multiple of 8 bytes.
 * The same tensors give the same bytes. Stateless.
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;

    private static final int PIECE_BYTES = 1 << 20;

    /** The metadata of a {@code model.safetensors}, without which transformers refuses the file. */
    public static final Map<String, String> OF_PYTORCH = Map.of("format", "pt");

    private SafetensorsWriter() {}

    /**
     * Writes a file; one tensor at a time is in memory.
     *
     * @param metadata texts by name, such as {@code format: pt}
     * @param out stays open
     * @throws InvalidCheckpointException when the file that a tensor comes from is not what it was
     */
    public static void write(Map<String, String> metadata, List<Tensor> tensors, OutputStream out)
            throws InvalidCheckpointException, IOException {
        List<Tensor> ordered = tensors.stream()
                .sorted(Comparator.comparing(
                                (Tensor tensor) -> -tensor.dataType().bytes())
                        .thenComparing(Tensor::name))
                .toList();
        byte[] header = header(new TreeMap<>(metadata), ordered);
        out.write(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .array());
        out.write(header);
        for (Tensor tensor : ordered) {
            write(tensor, out);
        }
    }

    private static byte[] header(SortedMap<String, String> metadata, List<Tensor> tensors) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(SafetensorsFile.METADATA);
                for (Map.Entry<String, String> field : metadata.entrySet()) {
                    json.writeStringField(field.getKey(), field.getValue());
                }
                json.writeEndObject();
            }
            long offset = 0;
            for (Tensor tensor : tensors) {
                json.writeObjectFieldStart(tensor.name());
                json.writeStringField("dtype", tensor.dataType().name());
                numbers(json, "shape", tensor.shape());
                numbers(json, "data_offsets", List.of(offset, offset + bytes(tensor)));
                json.writeEndObject();
                offset += bytes(tensor);
            }
            json.writeEndObject();
        }
        byte[] bytes = text.toByteArray();
        byte[] filled = Arrays.copyOf(bytes, bytes.length + Math.floorMod(-bytes.length, ALIGNMENT));
        Arrays.fill(filled, bytes.length, filled.length, (byte) ' ');
        return filled;
    }

    private static void numbers(JsonGenerator json, String name, List<Long> numbers) throws IOException {
        json.writeArrayFieldStart(name);
        for (long number : numbers) {
            json.writeNumber(number);
        }
        json.writeEndArray();
    }

    private static long bytes(Tensor tensor) {
        return StoredTensor.elements(tensor.shape()) * tensor.dataType().bytes();
    }

    private static void write(Tensor tensor, OutputStream out) throws InvalidCheckpointException, IOException {
        ByteBuffer values = tensor.data();
        if (values.remaining() != bytes(tensor)) {
            throw new IllegalArgumentException("the tensor " + tensor.name() + " of " + tensor.dataType() + " "
                    + tensor.shape() + " has " + values.remaining() + " bytes");
        }
        byte[] piece = new byte[Math.min(PIECE_BYTES, values.remaining())];
        while (values.hasRemaining()) {
            int count = Math.min(piece.length, values.remaining());
            values.get(piece, 0, count);
            out.write(piece, 0, count);
        }
    }
}
