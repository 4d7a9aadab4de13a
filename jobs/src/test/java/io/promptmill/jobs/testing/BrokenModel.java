package io.promptmill.jobs.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.pretrained.SampleModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** The sample model with one position that gives no numbers. */
public final class BrokenModel {
    private static final short NAN = 0x7e00; // in half precision
    private static final int HEADER_LENGTH_BYTES = 8;

    private BrokenModel() {}

    /** Writes it into a new folder: prompts that reach the position fail, shorter ones do not. */
    public static Path atPosition(int position, Path folder) throws IOException {
        SampleModel.copyTo(Files.createDirectory(folder));
        Path weights = folder.resolve("model.safetensors");
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(weights)).order(ByteOrder.LITTLE_ENDIAN);
        int header = (int) bytes.getLong(0);
        JsonNode table = new ObjectMapper()
                .readTree(bytes.array(), HEADER_LENGTH_BYTES, header)
                .get("transformer.wpe.weight");
        int width = table.get("shape").get(1).asInt();
        int start =
                HEADER_LENGTH_BYTES + header + table.get("data_offsets").get(0).asInt();
        for (int i = 0; i < width; i++) {
            bytes.putShort(start + Short.BYTES * (position * width + i), NAN);
        }
        Files.write(weights, bytes.array());
        return folder;
    }
}
