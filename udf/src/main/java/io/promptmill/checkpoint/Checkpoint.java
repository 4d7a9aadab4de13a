package io.promptmill.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.GenerationOptions;
import io.promptmill.checkpoint.lora.LoraAdapter;
import io.promptmill.checkpoint.lora.LoraConfig;
import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.family.ConfigFields;
import io.promptmill.family.Dropout;
import io.promptmill.family.ModelConfig;
import io.promptmill.family.ModelFamilies;
import io.promptmill.family.ModelShape;
import io.promptmill.files.CheckpointFiles;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model in a folder of Hugging Face layout: config.json, optionally generation_config.json, and the weights as
 * safetensors or as PyTorch wrote them, whole or in shards. The folder may also hold a LoRA adapter of PEFT, which is
 * merged into its base, here or in another folder. Everything is checked when it is opened; nothing in it is executed,
 * and no file outside these folders is read but those of a Hugging Face cache.
 *
 * <p>Thread-safe. Whoever opens it closes it; no file stays open. Weights are read when they are asked for, and a file
 * that others change meanwhile refuses the checkpoint ({@link CheckpointFolder}).
 */
public final class Checkpoint implements AutoCloseable {
    /** A stranger's file of unknown fields is not to fill the console. */
    private static final int MAX_WARNINGS = 50;

    private final ModelFolders folders;
    private final ModelConfig config;
    private final ModelShape shape;
    private final boolean headTied;
    private final List<GenerationOptions> generationDefaults;
    private final List<String> warnings;
    private final List<String> weightFiles;
    /** Empty where there is no adapter. */
    private final List<String> adapterFiles;

    private volatile Map<String, Tensor> tensors;
    private String digest;

    private Checkpoint(ModelFolders folders, List<String> sentences) throws InvalidCheckpointException, IOException {
        CheckpointFolder folder = folders.base();
        JsonNode fields = CheckpointFiles.read(folder, ConfigFields.FILE);
        JsonNode generation = generation(folder);
        this.folders = folders;
        this.config = ModelFamilies.installed().read(fields, generation, sentences);
        this.generationDefaults = GenerationDefaults.read(fields, generation, config, sentences);
        WeightFiles weights = WeightFiles.find(folder, sentences);
        this.weightFiles = weights.files();
        Map<String, Tensor> found = new ModelTensors(config).open(weights.tensors(), sentences);
        if (LoraAdapter.isIn(folders.folder())) {
            LoraAdapter adapter = LoraAdapter.read(folders.folder(), config, sentences);
            found = adapter.mergedInto(found, sentences);
            this.adapterFiles = adapter.files();
        } else {
            this.adapterFiles = List.of();
        }
        this.tensors = found;
        this.shape = fitted(config, found);
        this.headTied = !found.containsKey(config.tensors().head());
        this.warnings = shortened(sentences);
    }

    /** The sizes with the tokens that the weights have. */
    private static ModelShape fitted(ModelConfig config, Map<String, Tensor> tensors)
            throws InvalidCheckpointException {
        long tokens = tensors.get(config.tensors().embeddings()).shape().get(0);
        try {
            return config.shape().withVocabulary(Math.toIntExact(tokens));
        } catch (IllegalArgumentException e) {
            throw InvalidCheckpointException.unsupported(
                    "the adapter's embeddings have " + tokens + " tokens: " + e.getMessage(),
                    "no " + config.family().name() + " can be built from it",
                    "use the base and the adapter of one and the same model");
        }
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
        return new Checkpoint(ModelFolders.of(folder), new ArrayList<>());
    }

    /**
     * Reads and checks an adapter of PEFT over the base that the caller names.
     *
     * @param adapter a folder with adapter_config.json; where it holds a whole model, too, that is the base
     * @param base a folder with config.json and weights
     * @throws InvalidCheckpointException when one cannot be used as it is, or the first is no adapter
     * @throws IOException when a folder cannot be read
     */
    public static Checkpoint open(Path adapter, Path base) throws InvalidCheckpointException, IOException {
        List<String> sentences = new ArrayList<>();
        return new Checkpoint(ModelFolders.of(adapter, base, sentences), sentences);
    }

    /**
     * Refuses a folder by its settings alone, so that no weights need to be brought for one that cannot be used.
     *
     * @throws InvalidCheckpointException when its config.json is of no network that is computed
     * @throws IOException when it cannot be read
     */
    public static void checkSettings(Path path) throws InvalidCheckpointException, IOException {
        CheckpointFolder folder = new CheckpointFolder(path);
        if (folder.has(ConfigFields.FILE)) {
            ModelFamilies.installed()
                    .read(CheckpointFiles.read(folder, ConfigFields.FILE), generation(folder), new ArrayList<>());
        }
    }

    /** The fields of generation_config.json, or null where there is none. */
    private static JsonNode generation(CheckpointFolder folder) throws InvalidCheckpointException, IOException {
        return folder.has(ConfigFields.GENERATION_FILE)
                ? CheckpointFiles.read(folder, ConfigFields.GENERATION_FILE)
                : null;
    }

    /**
     * The base that the adapter in a folder names, where a base is needed and not beside it: a path or a name of the Hub.
     *
     * @throws InvalidCheckpointException when the adapter's configuration cannot be read
     */
    public static Optional<String> missingBase(Path folder) throws InvalidCheckpointException, IOException {
        CheckpointFolder files = new CheckpointFolder(folder);
        return ModelFolders.lacksBase(files) ? LoraConfig.baseNamedIn(files) : Optional.empty();
    }

    /**
     * The revision of its base that the adapter in a folder names, where both are of the Hub.
     *
     * @throws InvalidCheckpointException when the adapter's configuration cannot be read
     */
    public static Optional<String> revisionOfBase(Path folder) throws InvalidCheckpointException, IOException {
        return LoraConfig.revisionNamedIn(new CheckpointFolder(folder));
    }

    /**
     * The folder whose tokenizer is the checkpoint's: an adapter's own where it has one, or else that of its base. To be
     * read by way of this, so that what is read is what is digested.
     */
    public CheckpointFolder tokenizerFolder() {
        return folders.tokenizer();
    }

    /** The folder of config.json: that of the base where there is an adapter. To be read by way of this. */
    public CheckpointFolder configFolder() {
        return folders.base();
    }

    /** What config.json says of the network. What holds for these weights is {@link #shape} and {@link #isHeadTied}. */
    public ModelConfig config() {
        return config;
    }

    /** The network's sizes, with the tokens that the weights have. */
    public ModelShape shape() {
        return shape;
    }

    /** Whether the token embeddings are the head, too. */
    public boolean isHeadTied() {
        return headTied;
    }

    /**
     * The names of all tensors, in the order of the family's {@link io.promptmill.family.TensorTable}; a head that is tied
     * to the embeddings is none of them.
     */
    public Set<String> tensorNames() {
        return open().keySet();
    }

    /**
     * The tensor of that name, of the shape and kind that the family's table says; where an adapter resizes the
     * vocabulary, embeddings and head have its number of rows.
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
    public List<GenerationOptions> generationDefaults() {
        return generationDefaults;
    }

    /**
     * The dropout of its training, by config.json.
     *
     * @throws InvalidCheckpointException when the file has values that are none, or is not what it was
     */
    public Dropout dropout() throws InvalidCheckpointException, IOException {
        try {
            return config.family().dropout(ConfigFields.of(CheckpointFiles.read(configFolder(), ConfigFields.FILE)));
        } catch (IllegalArgumentException e) {
            throw InvalidCheckpointException.unsupported(
                    ConfigFields.FILE + ": " + e.getMessage(),
                    "training drops a share of the numbers",
                    "correct it, or say what is to be dropped");
        }
    }

    /** Sentences a user should see: unknown fields, and settings that are not applied. */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * SHA-256 in hexadecimal digits over the names and contents of the files that can change the output: configuration,
     * weights, tokenizer, those of an adapter and of its base. Computed at the first call, which reads them all. All else
     * that is read of them, before or after, is of the content that was digested.
     *
     * @throws InvalidCheckpointException when one is not what it was when it was read before
     * @throws IOException when one cannot be read
     */
    public synchronized String digest() throws InvalidCheckpointException, IOException {
        if (digest == null) {
            digest = computeDigest();
        }
        return digest;
    }

    private String computeDigest() throws InvalidCheckpointException, IOException {
        if (folders.base().equals(folders.folder())) {
            List<String> files = new ArrayList<>(weightFiles);
            files.addAll(adapterFiles);
            return CheckpointDigest.of(folders.folder(), files);
        }
        return CheckpointDigest.of(
                CheckpointDigest.of(folders.folder(), adapterFiles), CheckpointDigest.of(folders.base(), weightFiles));
    }

    private Map<String, Tensor> open() {
        Map<String, Tensor> present = tensors;
        if (present == null) {
            throw new IllegalStateException("The checkpoint " + folders.folder().path() + " is closed");
        }
        return present;
    }

    /** Gives no more tensors; those taken before can be read as long as their files are there. */
    @Override
    public void close() {
        tensors = null;
    }
}
