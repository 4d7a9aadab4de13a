package io.promptmill.jobs.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A GPT-2 with random weights in a folder of Hugging Face layout, without tokenizer. Weights are drawn as transformers
 * draws them for a new model ({@code GPT2PreTrainedModel._init_weights}), in float32.
 *
 * @param size of the model
 * @param finalNorm what the weights of the final norm are, instead of 1: logits are multiplied by it
 * @param seed of the weights
 */
public record MadeUpCheckpoint(ModelSize size, double finalNorm, long seed) {
    private static final double INITIALIZER_RANGE = 0.02;
    private static final int CHUNK = 1 << 16;

    /** Writes {@code config.json} and {@code model.safetensors} into a folder that is there. */
    public void write(Path folder) throws IOException {
        ObjectMapper json = new ObjectMapper();
        json.writeValue(folder.resolve("config.json").toFile(), config());
        Map<String, long[]> shapes = shapes();
        byte[] header = json.writeValueAsString(header(shapes)).getBytes(StandardCharsets.UTF_8);
        RandomGenerator random = new SplittableRandom(seed);
        try (OutputStream out = Files.newOutputStream(folder.resolve("model.safetensors"));
                WritableByteChannel file = Channels.newChannel(out)) {
            file.write(littleEndian(Long.BYTES).putLong(header.length).flip());
            file.write(ByteBuffer.wrap(header));
            for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
                values(tensor.getKey(), elements(tensor.getValue()), random, file);
            }
        }
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model_type", "gpt2");
        config.put("activation_function", "gelu_new");
        config.put("vocab_size", size.vocabulary());
        config.put("n_positions", size.positions());
        config.put("n_embd", size.width());
        config.put("n_layer", size.layers());
        config.put("n_head", size.heads());
        config.put("bos_token_id", size.vocabulary() - 1);
        config.put("eos_token_id", size.vocabulary() - 1);
        return config;
    }

    private Map<String, long[]> shapes() {
        long width = size.width();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("wte.weight", new long[] {size.vocabulary(), width});
        shapes.put("wpe.weight", new long[] {size.positions(), width});
        for (int layer = 0; layer < size.layers(); layer++) {
            String h = "h." + layer + ".";
            norm(shapes, h + "ln_1", width);
            linear(shapes, h + "attn.c_attn", width, 3 * width);
            linear(shapes, h + "attn.c_proj", width, width);
            norm(shapes, h + "ln_2", width);
            linear(shapes, h + "mlp.c_fc", width, 4 * width);
            linear(shapes, h + "mlp.c_proj", 4 * width, width);
        }
        norm(shapes, "ln_f", width);
        return shapes;
    }

    private static void norm(Map<String, long[]> shapes, String name, long width) {
        shapes.put(name + ".weight", new long[] {width});
        shapes.put(name + ".bias", new long[] {width});
    }

    private static void linear(Map<String, long[]> shapes, String name, long in, long out) {
        shapes.put(name + ".weight", new long[] {in, out});
        shapes.put(name + ".bias", new long[] {out});
    }

    private static Map<String, Object> header(Map<String, long[]> shapes) {
        Map<String, Object> header = new LinkedHashMap<>();
        long offset = 0;
        for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
            long end = offset + Float.BYTES * elements(tensor.getValue());
            header.put(
                    tensor.getKey(),
                    Map.of("dtype", "F32", "shape", tensor.getValue(), "data_offsets", List.of(offset, end)));
            offset = end;
        }
        return header;
    }

    private static long elements(long[] shape) {
        return shape.length == 1 ? shape[0] : Math.multiplyExact(shape[0], shape[1]);
    }

    private void values(String name, long count, RandomGenerator random, WritableByteChannel file) throws IOException {
        double mean = name.equals("ln_f.weight") ? finalNorm : name.contains("ln_") && name.endsWith("weight") ? 1 : 0;
        double deviation = name.contains("ln_") || name.endsWith("bias")
                ? 0
                : name.endsWith("c_proj.weight")
                        ? INITIALIZER_RANGE / Math.sqrt(2.0 * size.layers())
                        : INITIALIZER_RANGE;
        ByteBuffer chunk = littleEndian(CHUNK * Float.BYTES);
        for (long done = 0; done < count; done += CHUNK) {
            chunk.clear();
            for (long i = done; i < Math.min(count, done + CHUNK); i++) {
                chunk.putFloat((float) (deviation == 0 ? mean : deviation * random.nextGaussian()));
            }
            file.write(chunk.flip());
        }
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
