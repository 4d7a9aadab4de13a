package io.promptmill.checkpoint.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.SteadyFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public final class SafetensorsFileTest {
    @TempDir
    private Path folder;

    @Test
    void emptyFilesScalarsEmptyTensorsAndUnalignedHeadersAreFine() throws Exception {
        assertThat(read(file("{}", 0))).isEmpty();
        assertThat(read(file("{\"__metadata__\":{}}   ", 0))).isEmpty();
        List<StoredTensor> tensors = read(file(
                "{\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[4,7],\"note\":1},"
                        + "\"e\":{\"dtype\":\"F32\",\"shape\":[5,0],\"data_offsets\":[4,4]},"
                        + "\"s\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}",
                7));
        assertThat(tensors).extracting(StoredTensor::name).containsExactly("s", "e", "b");
        assertThat(tensors.get(0).shape()).isEmpty();
        assertThat(tensors.get(2).offset() - tensors.get(0).offset()).isEqualTo(4);
    }

    @Test
    void valuesBeyondTwoGibibytesAreReached() throws Exception {
        long begin = 3L << 30;
        byte[] head = file(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[" + begin + "],\"data_offsets\":[0," + begin + "]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" + begin + "," + (begin + 4)
                        + "]}}",
                0);
        Path path = folder.resolve("model.safetensors");
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.write(head);
            sparse.seek(head.length + begin);
            sparse.writeInt(Integer.reverseBytes(Float.floatToIntBits(2.5f)));
        }

        StoredTensor far = SafetensorsFile.read(new SteadyFile(path)).get(1);
        assertThat(far.open("b").data().getFloat()).isEqualTo(2.5f);
    }

    /** A file of that header and that many zero bytes. */
    public static byte[] file(String header, int valueBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + valueBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    private List<StoredTensor> read(byte[] bytes) throws InvalidCheckpointException, IOException {
        return SafetensorsFile.read(new SteadyFile(Files.write(folder.resolve("model.safetensors"), bytes)));
    }
}
