package io.promptmill;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/** A GPT-2 of a given shape with random weights, written as a Hugging Face folder without tokenizer. */
public record RandomCheckpoint(int vocabulary, int positions, int width, int layers, int heads, long seed) {

    /** Writes {@code config.json} and {@code model.safetensors}. */
    public Path write(Path folder) throws Exception {
        Files.createDirectories(folder);
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model_type", "gpt2");
        config.put("activation_function", "gelu_new");
        config.put("vocab_size", vocabulary);
        config.put("n_positions", positions);
        config.put("n_embd", width);
        config.put("n_layer", layers);
        config.put("n_head", heads);
        config.put("bos_token_id", 0);
        config.put("eos_token_id", 0);
        new ObjectMapper().writeValue(folder.resolve("config.json").toFile(), config);
        writeWeights(folder, shapes(), RandomCheckpoint::mean, seed);
        return folder;
    }

    /**
     * Writes {@code model.safetensors}: tensors of these shapes, their values near a mean.
     *
     * @param mean of a tensor by its name
     */
    public static void writeWeights(Path folder, Map<String, long[]> shapes, ToDoubleFunction<String> mean, long seed)
            throws Exception {
        Map<String, Object> header = new LinkedHashMap<>();
        long offset = 0;
        for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
            long bytes = Float.BYTES * elements(tensor.getValue());
            header.put(
                    tensor.getKey(),
                    Map.of(
                            "dtype",
                            "F32",
                            "shape",
                            tensor.getValue(),
                            "data_offsets",
                            List.of(offset, offset + bytes)));
            offset += bytes;
        }
        byte[] json = new ObjectMapper().writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        Random random = new Random(seed);
        try (OutputStream out = Files.newOutputStream(folder.resolve("model.safetensors"))) {
            out.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(json.length)
                    .array());
            out.write(json);
            for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
                double middle = mean.applyAsDouble(tensor.getKey());
                out.write(values(middle, (int) elements(tensor.getValue()), random));
            }
        }
    }

    /** Writes both with a position that gives no numbers. */
    public Path writeBrokenAt(int position, Path folder) throws Exception {
        Path weights = write(folder).resolve("model.safetensors");
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(weights)).order(ByteOrder.LITTLE_ENDIAN);
        int positionTable = Long.BYTES + (int) bytes.getLong(0) + Float.BYTES * vocabulary * width;
        bytes.putFloat(positionTable + Float.BYTES * position * width, Float.NaN);
        Files.write(weights, bytes.array());
        return folder;
    }

    private Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("wte.weight", new long[] {vocabulary, width});
        shapes.put("wpe.weight", new long[] {positions, width});
        for (int layer = 0; layer < layers; layer++) {
            String h = "h." + layer + ".";
            for (String norm : List.of("ln_1", "ln_2")) {
                shapes.put(h + norm + ".weight", new long[] {width});
                shapes.put(h + norm + ".bias", new long[] {width});
            }
            linear(shapes, h + "attn.c_attn", width, 3L * width);
            linear(shapes, h + "attn.c_proj", width, width);
            linear(shapes, h + "mlp.c_fc", width, 4L * width);
            linear(shapes, h + "mlp.c_proj", 4L * width, width);
        }
        shapes.put("ln_f.weight", new long[] {width});
        shapes.put("ln_f.bias", new long[] {width});
        return shapes;
    }

    private static void linear(Map<String, long[]> shapes, String name, long in, long out) {
        shapes.put(name + ".weight", new long[] {in, out});
        shapes.put(name + ".bias", new long[] {out});
    }

    private static long elements(long[] shape) {
        long elements = 1;
        for (long size : shape) {
            elements *= size;
        }
        return elements;
    }

    /** Norms near one, the last one larger so that logits spread as those of a trained model; all else small. */
    private static double mean(String name) {
        return name.matches(".*ln_[12].weight") ? 1 : name.equals("ln_f.weight") ? 4 : 0;
    }

    private static byte[] values(double mean, int count, Random random) {
        ByteBuffer values = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            values.putFloat((float) (mean + 0.05 * random.nextGaussian()));
        }
        return values.array();
    }
}
