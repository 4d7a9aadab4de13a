package io.promptmill.jobs.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** An adapter of PEFT over the sample model, whose last bias begins with 7. */
public final class TestAdapter {
    private static final int BIAS_BYTES = 1152;

    private TestAdapter() {}

    /**
     * Writes it into a new folder.
     *
     * @param base what it says of its base
     */
    public static Path in(Path folder, String base) throws IOException {
        Files.createDirectory(folder);
        Files.writeString(
                folder.resolve("adapter_config.json"),
                "{\"peft_type\":\"LORA\",\"base_model_name_or_path\":\"" + base + "\"}");
        String header = "{\"base_model.model.transformer.ln_f.bias\":{\"dtype\":\"F32\",\"shape\":[288],"
                + "\"data_offsets\":[0," + BIAS_BYTES + "]}}";
        Files.write(
                folder.resolve("adapter_model.safetensors"),
                ByteBuffer.allocate(Long.BYTES + header.length() + BIAS_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length())
                        .put(header.getBytes(StandardCharsets.UTF_8))
                        .putFloat(7)
                        .array());
        return folder;
    }
}
