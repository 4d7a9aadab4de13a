package io.promptmill.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.GenerationOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A GPT-2 in a folder of Hugging Face layout: config.json, optionally generation_config.json, and the weights as
 * safetensors or as PyTorch wrote them, whole or in shards. Everything is checked when it is opened; nothing in it is
 * executed, and no file outside the folder is read but those of a Hugging Face cache ({@link CheckpointLinks}).
 *
 * <p>Thread-safe. Whoever opens it closes it; the weights are mapped files, which must not be changed meanwhile.
 */
public final class Checkpoint implements AutoCloseable {
    /** A stranger's file of unknown fields is not to fill the console. */
    private static final int MAX_WARNINGS = 50;

    private final Path folder;
    private final Gpt2Config config;
    private final List<GenerationOptions> generationLayers;
    private final List<String> warnings;
    private final List<Path> weightFiles;
    private volatile Map<String, Tensor> tensors;
    private String digest;

    private Checkpoint(Path folder) throws InvalidCheckpointException, IOException {
        List<String> sentences = new ArrayList<>();
        JsonNode fields = StrictJson.read(folder.resolve(Gpt2ConfigReader.FILE));
        Path generationFile = folder.resolve(GenerationLayers.FILE);
        JsonNode generation = Files.exists(generationFile) ? StrictJson.read(generationFile) : null;
        this.folder = folder;
        Gpt2Config declared = Gpt2ConfigReader.read(fields, generation, sentences);
        this.generationLayers = GenerationLayers.read(fields, generation, declared, sentences);
        WeightFiles weights = WeightFiles.find(folder, sentences);
        this.weightFiles = weights.files();
        this.tensors = new Gpt2Tensors(declared).open(weights.tensors(), sentences);
        this.config = declared.withTieWordEmbeddings(!tensors.containsKey(Gpt2Tensors.HEAD));
        this.warnings = shortened(sentences);
    }

    private static List<String> shortened(List<String> sentences) {
        if (sentences.size() <= MAX_WARNINGS) {
            return List.copyOf(sentences);
        }
        List<String> first = new ArrayList<>(sentences.subList(0, MAX_WARNINGS));
        first.add("and " + (sentences.size() - MAX_WARNINGS) + " more warnings of this kind");
        return List.copyOf(first);
    }

    /**
     * Reads and checks a checkpoint; the weights' values are not read yet.
     *
     * @throws InvalidCheckpointException when it cannot be used as it is
     * @throws IOException when the folder cannot be read
     */
    public static Checkpoint open(Path folder) throws InvalidCheckpointException, IOException {
        return new Checkpoint(folder);
    }

    /** The network's configuration; {@code tieWordEmbeddings} is what holds for these weights. */
    public Gpt2Config config() {
        return config;
    }

    /**
     * The names of all tensors: those of transformers without {@code transformer.}, from {@code wte.weight} through the
     * layers to {@code ln_f.bias}, then {@code lm_head.weight} where the head is not tied to the embeddings.
     */
    public Set<String> tensorNames() {
        return open().keySet();
    }

    /**
     * The tensor of that canonical name. Linear layers have the shape {@code [in, out]}, as GPT-2 stores them; norms and
     * biases {@code [width]}, embeddings and an untied head {@code [tokens or positions, width]}.
     *
     * @throws IllegalArgumentException when the model has no such tensor
     */
    public Tensor tensor(String name) {
        Tensor tensor = open().get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("The checkpoint has no tensor " + name);
        }
        return tensor;
    }

    /**
     * The generation settings of the checkpoint's own files, highest precedence first:
     * {@code task_specific_params.text-generation}, then generation_config.json or, only where that is absent, the
     * generation fields of config.json.
     */
    public List<GenerationOptions> generationLayers() {
        return generationLayers;
    }

    /** Sentences a user should see: unknown fields, and settings that are not applied. */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * SHA-256 in hexadecimal digits over the names and contents of the files that can change the output: configuration,
     * weights, tokenizer. Computed at the first call, which reads them all.
     *
     * @throws UncheckedIOException when one cannot be read
     */
    public synchronized String digest() {
        if (digest == null) {
            try {
                digest = CheckpointDigest.of(folder, weightFiles);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read the checkpoint " + folder, e);
            }
        }
        return digest;
    }

    private Map<String, Tensor> open() {
        Map<String, Tensor> present = tensors;
        if (present == null) {
            throw new IllegalStateException("The checkpoint " + folder + " is closed");
        }
        return present;
    }

    /** Lets go of the weights; tensors taken before stay valid as long as they are held. */
    @Override
    public void close() {
        tensors = null;
    }

    /**
     * One tensor. Immutable, and thread-safe as long as each thread uses {@link #data()} through its own call.
     *
     * @param name canonical, without {@code transformer.}
     * @param dataType of the values
     * @param shape sizes, outermost first; empty for a single value
     * @param values gives them as {@link #data()} has them, the same at each call
     */
    public record Tensor(String name, DataType dataType, List<Long> shape, Supplier<ByteBuffer> values) {
        /** Copies the shape. */
        public Tensor {
            shape = List.copyOf(shape);
        }

        /**
         * The values in C order, little-endian, read-only, from position 0 to the limit: a view of the file, or a copy
         * made at this call where the file has them in another order or type.
         */
        public ByteBuffer data() {
            return values.get().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
