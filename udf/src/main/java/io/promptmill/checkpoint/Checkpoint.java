package io.promptmill.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.GenerationOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A GPT-2 in a folder of Hugging Face layout: config.json, optionally generation_config.json, and the weights as
 * safetensors or as PyTorch wrote them, whole or in shards. Everything is checked when it is opened; nothing in it is
 * executed, and no file outside the folder is read but those of a Hugging Face cache ({@link CheckpointLinks}).
 *
 * <p>Thread-safe. Whoever opens it closes it; no file stays open. Weights are read when they are asked for, and a file
 * that others change meanwhile refuses the checkpoint ({@link CheckpointFolder}).
 */
public final class Checkpoint implements AutoCloseable {
    /** A stranger's file of unknown fields is not to fill the console. */
    private static final int MAX_WARNINGS = 50;

    private final CheckpointFolder folder;
    private final Gpt2Config config;
    private final List<GenerationOptions> generationLayers;
    private final List<String> warnings;
    private final List<String> weightFiles;
    private volatile Map<String, Tensor> tensors;
    private String digest;

    private Checkpoint(CheckpointFolder folder) throws InvalidCheckpointException, IOException {
        List<String> sentences = new ArrayList<>();
        JsonNode fields = StrictJson.read(folder, Gpt2ConfigReader.FILE);
        JsonNode generation = folder.has(GenerationLayers.FILE) ? StrictJson.read(folder, GenerationLayers.FILE) : null;
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
        return new Checkpoint(new CheckpointFolder(folder));
    }

    /** The folder, whose other files are to be read by way of this, so that what is read is what is digested. */
    public CheckpointFolder folder() {
        return folder;
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
     * weights, tokenizer. Computed at the first call, which reads them all. All else that is read of them, before or
     * after, is of the content that was digested.
     *
     * @throws InvalidCheckpointException when one is not what it was when it was read before
     * @throws IOException when one cannot be read
     */
    public synchronized String digest() throws InvalidCheckpointException, IOException {
        if (digest == null) {
            digest = CheckpointDigest.of(folder, weightFiles);
        }
        return digest;
    }

    private Map<String, Tensor> open() {
        Map<String, Tensor> present = tensors;
        if (present == null) {
            throw new IllegalStateException("The checkpoint " + folder.path() + " is closed");
        }
        return present;
    }

    /** Gives no more tensors; those taken before can be read as long as their files are there. */
    @Override
    public void close() {
        tensors = null;
    }

    /**
     * A tensor, whose values are not in memory. Immutable and thread-safe.
     *
     * @param name canonical, without {@code transformer.}
     * @param dataType of the values
     * @param shape sizes, outermost first; empty for a single value
     * @param values reads them
     */
    public record Tensor(String name, DataType dataType, List<Long> shape, Values values) {
        /** Copies the shape. */
        public Tensor {
            shape = List.copyOf(shape);
        }

        /**
         * Reads the values anew, into memory of the caller's: in C order, little-endian, from position 0 to the limit.
         *
         * @throws InvalidCheckpointException when the file is not what it was when it was read before
         * @throws IOException when it cannot be read
         */
        public ByteBuffer data() throws InvalidCheckpointException, IOException {
            return values.read();
        }
    }

    /** Reads a tensor's values. Thread-safe. */
    @FunctionalInterface
    public interface Values {
        /** As {@link Tensor#data} has them. */
        ByteBuffer read() throws InvalidCheckpointException, IOException;
    }
}
