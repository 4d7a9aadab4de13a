package io.promptmill.checkpoint.lora;

import io.promptmill.Problem;
import io.promptmill.checkpoint.lora.LowRankSum.Factor;
import io.promptmill.checkpoint.lora.LowRankSum.Layout;
import io.promptmill.checkpoint.torch.TorchPickleFile;
import io.promptmill.checkpoint.weights.SafetensorsFile;
import io.promptmill.checkpoint.weights.StoredTensor;
import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.family.ExpectedTensor.Kind;
import io.promptmill.family.ModelConfig;
import io.promptmill.family.TensorTable;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.SteadyFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A LoRA adapter of PEFT: {@code adapter_config.json} with {@code adapter_model.safetensors} or {@code .bin}. It adds
 * products of thin matrices to weights of its base, and puts others in their place ({@code modules_to_save},
 * {@code bias}, resized embeddings). Single-threaded.
 */
public final class LoraAdapter {
    /** Names of its weights, the preferred one first. */
    public static final List<String> FILES = List.of("adapter_model.safetensors", "adapter_model.bin");

    private static final int MAX_NAME = 300;

    /** Of PEFT's classes around the model. */
    private static final String WRAPPED = "base_model.model.";

    /** A, B, or the bias of B; between them may stand the adapter's name, which PEFT leaves out of its files. */
    private static final Pattern THIN =
            Pattern.compile("(.+)\\.lora_(?:embedding_)?([AB])(?:\\.(?!weight$|bias$)[^.]+)?(\\.weight|\\.bias)?");

    private static final Pattern WHOLE = Pattern.compile("(.+?)(?:\\.base_layer)?\\.(weight|bias)");

    /** PEFT's names of modules_to_save and of what they replace, which bias "all" saves beside the plain ones. */
    private static final Pattern SAVED = Pattern.compile("\\.modules_to_save(\\.default)?\\.");

    private static final String REPLACED = ".original_module.";

    /** What the parts of a product have in their names. */
    private static final String PART = "lora_";

    private final LoraConfig config;
    private final String file;
    private final ModelConfig base;
    private final TensorTable table;
    private final List<String> outside;
    private final Map<String, Kind> kinds = new HashMap<>();
    /** What replaces the base's tensors, by their names in the network. */
    private final Map<String, StoredTensor> whole = new LinkedHashMap<>();
    /** The parts of products, by the name of their module. */
    private final Map<String, Map<Part, StoredTensor>> thin = new LinkedHashMap<>();

    private enum Part {
        A,
        B,
        BIAS
    }

    private LoraAdapter(LoraConfig config, String file, ModelConfig base, List<StoredTensor> stored)
            throws InvalidCheckpointException {
        this.config = config;
        this.file = file;
        this.base = base;
        this.table = base.tensors();
        table.tensors().forEach(tensor -> kinds.put(tensor.name(), tensor.kind()));
        this.outside = table.modulesOutsideOfLayers();
        Pattern wrapper = Pattern.compile("^(" + Pattern.quote(WRAPPED) + ")?(" + Pattern.quote(table.body()) + ")?");
        Map<String, StoredTensor> twins = new LinkedHashMap<>();
        for (StoredTensor tensor : stored) {
            String name = wrapper.matcher(tensor.name()).replaceFirst("");
            if (name.length() > MAX_NAME) {
                throw mismatch("it holds " + InvalidCheckpointException.quote(name));
            }
            boolean inBody = isInBody(name);
            String prefix = WRAPPED + (inBody ? table.body() : "");
            if ((inBody || name.startsWith(table.headModule() + "."))
                    && !tensor.name().equals(prefix + name)) {
                throw contradiction("the name " + InvalidCheckpointException.quote(tensor.name())
                        + " does not begin with " + prefix);
            }
            if (name.contains(REPLACED)) {
                continue;
            }
            Matcher saved = SAVED.matcher(name);
            if (saved.find()) {
                twins.putIfAbsent(saved.replaceFirst("."), tensor);
                continue;
            }
            Matcher parts = THIN.matcher(name);
            StoredTensor twin;
            if (parts.matches()) {
                Part part = ".bias".equals(parts.group(3)) ? Part.BIAS : Part.valueOf(parts.group(2));
                twin = thin.computeIfAbsent(parts.group(1), module -> new LinkedHashMap<>())
                        .put(part, tensor);
            } else {
                parts = WHOLE.matcher(name);
                boolean named = !name.contains(PART) && parts.matches();
                twin = whole.put(named ? parts.group(1) + "." + parts.group(2) : name, tensor);
            }
            if (twin != null) {
                throw mismatch("it holds " + InvalidCheckpointException.quote(name) + " twice");
            }
        }
        twins.forEach(whole::putIfAbsent);
    }

    /** Whether a folder holds an adapter. */
    public static boolean isIn(CheckpointFolder folder) {
        return folder.has(LoraConfig.FILE);
    }

    /**
     * The adapter in a folder; its values are not read yet.
     *
     * @param base the configuration of the model that it belongs to
     * @param warnings gets a sentence for what is ignored
     */
    public static LoraAdapter read(CheckpointFolder folder, ModelConfig base, List<String> warnings)
            throws InvalidCheckpointException, IOException {
        LoraConfig config = LoraConfig.read(folder, warnings);
        for (String name : FILES) {
            if (folder.has(name)) {
                SteadyFile file = folder.file(name);
                return new LoraAdapter(
                        config,
                        name,
                        base,
                        name.endsWith(".bin") ? TorchPickleFile.read(file, warnings) : SafetensorsFile.read(file));
            }
        }
        throw InvalidCheckpointException.unsupported(
                "the adapter has neither " + String.join(" nor ", FILES),
                "its configuration alone changes no weights",
                "save the adapter with save_pretrained of PEFT");
    }

    /** Names of all files read. */
    public List<String> files() {
        return List.of(LoraConfig.FILE, file);
    }

    /**
     * The base's tensors with the adapter merged in. As PEFT computes an adapter, embeddings that it changes leave a head
     * that was tied to them what it was, where its merge_and_unload changes both.
     *
     * @param tensors of the base, by their names in its family's table
     * @param warnings gets a sentence that names tensors of no use here
     */
    public Map<String, Tensor> mergedInto(Map<String, Tensor> tensors, List<String> warnings)
            throws InvalidCheckpointException {
        Map<String, Tensor> merged = new LinkedHashMap<>(tensors);
        Tensor before = tensors.get(table.embeddings());
        replace(merged, warnings);
        if (thin.containsKey(table.headModule()) && !tensors.containsKey(table.head())) {
            config.requireNoTyingOfProducts(table.headModule());
        }
        requireTargets(merged);
        for (String module : thin.keySet()) {
            add(module, merged);
        }
        Tensor now = merged.get(table.embeddings());
        boolean changed = whole.containsKey(table.embeddings()) || thin.containsKey(table.embeddingsModule());
        if (changed && now.shape().equals(before.shape())) {
            merged.putIfAbsent(table.head(), before.named(table.head()));
        }
        Tensor logits = merged.getOrDefault(table.head(), now);
        if (!logits.shape().equals(now.shape())) {
            throw mismatch("its embeddings have the shape " + now.shape() + " and the head " + logits.shape());
        }
        return merged;
    }

    private void replace(Map<String, Tensor> merged, List<String> warnings) throws InvalidCheckpointException {
        List<String> others = new ArrayList<>();
        for (Map.Entry<String, StoredTensor> entry : whole.entrySet()) {
            String name = entry.getKey();
            boolean ofVocabulary = name.equals(table.head()) || name.equals(table.embeddings());
            Tensor replaced = merged.get(ofVocabulary ? table.embeddings() : name);
            if (replaced != null) {
                // Resized embeddings are saved whole.
                List<Long> found = entry.getValue().shape();
                List<Long> shape = new ArrayList<>(replaced.shape());
                if (ofVocabulary && found.size() == shape.size()) {
                    shape.set(0, found.get(0));
                }
                requireShape(name, found, shape);
                merged.put(name, entry.getValue().open(name));
            } else if (isInBody(name) || name.contains(PART)) {
                throw mismatch("it holds " + InvalidCheckpointException.quote(name));
            } else {
                others.add(InvalidCheckpointException.quote(name));
            }
        }
        if (!others.isEmpty()) {
            warnings.add("the adapter holds " + InvalidCheckpointException.listed(others) + ", which a "
                    + base.family().name() + " language model has no use for, so that is ignored");
        }
    }

    /** PEFT ignores products of modules that the configuration does not target. */
    private void requireTargets(Map<String, Tensor> merged) throws InvalidCheckpointException {
        List<String> modules = thin.keySet().stream()
                .filter(module -> module.equals(table.headModule()) || merged.containsKey(module + ".weight"))
                .map(table::fullName)
                .toList();
        List<String> untargeted = config.untargeted(modules, base);
        if (!untargeted.isEmpty()) {
            throw contradiction("it changes " + InvalidCheckpointException.listed(untargeted)
                    + ", which the configuration does not target");
        }
    }

    private boolean isInBody(String name) {
        return table.isOfLayer(name) || outside.stream().anyMatch(module -> name.startsWith(module + "."));
    }

    private void add(String module, Map<String, Tensor> merged) throws InvalidCheckpointException {
        Map<Part, StoredTensor> parts = thin.get(module);
        String name = module + ".weight";
        Tensor matrix = merged.get(name);
        if (name.equals(table.head()) && matrix == null) {
            matrix = merged.get(table.embeddings()).named(name);
        }
        if (matrix == null || matrix.shape().size() != 2) {
            throw mismatch("it changes " + InvalidCheckpointException.quote(module));
        }
        if (!parts.containsKey(Part.A) || !parts.containsKey(Part.B)) {
            throw mismatch("it holds only one of lora_A and lora_B of " + module);
        }
        boolean outputsFirst = kinds.get(name) == Kind.LINEAR_OUT_IN;
        long in = matrix.shape().get(outputsFirst ? 1 : 0);
        long out = matrix.shape().get(outputsFirst ? 0 : 1);
        long rank = parts.get(Part.A).shape().isEmpty()
                ? 0
                : parts.get(Part.A).shape().get(0);
        requireShape(module + ".lora_A", parts.get(Part.A).shape(), List.of(Math.max(rank, 1), in));
        requireShape(module + ".lora_B", parts.get(Part.B).shape(), List.of(out, rank));
        if (rank != config.rank(table.fullName(module))) {
            throw contradiction(module + ".lora_A has the rank " + rank + ", and the configuration says "
                    + config.rank(table.fullName(module)));
        }
        if (parts.containsKey(Part.BIAS) && !config.hasBiases()) {
            throw contradiction(module + ".lora_B has a bias, and the configuration does not set lora_bias");
        }
        float scaling = config.scaling(table.fullName(module), rank);
        Tensor a = parts.get(Part.A).open(module + ".lora_A");
        Tensor b = parts.get(Part.B).open(module + ".lora_B");
        LowRankSum sum = outputsFirst
                ? new LowRankSum(matrix, new Factor(b, Layout.AS_STORED), new Factor(a, Layout.AS_STORED), scaling)
                : new LowRankSum(matrix, new Factor(a, Layout.TRANSPOSED), new Factor(b, Layout.TRANSPOSED), scaling);
        merged.put(name, sum.tensor());
        if (parts.containsKey(Part.BIAS)) {
            addBias(module, parts.get(Part.BIAS), scaling, merged);
        }
    }

    /** A bias of B is a product of rank 1. */
    private void addBias(String module, StoredTensor ofB, float scaling, Map<String, Tensor> merged)
            throws InvalidCheckpointException {
        Tensor bias = merged.get(module + ".bias");
        if (bias == null) {
            throw mismatch("it changes the bias of " + InvalidCheckpointException.quote(module));
        }
        requireShape(module + ".lora_B.bias", ofB.shape(), bias.shape());
        merged.put(bias.name(), LowRankSum.ofVectors(bias, ofB.open(module + ".lora_B.bias"), scaling));
    }

    private void requireShape(String name, List<Long> found, List<Long> expected) throws InvalidCheckpointException {
        if (!found.equals(expected)) {
            throw mismatch(name + " should be " + expected + " but is " + found);
        }
    }

    private InvalidCheckpointException contradiction(String what) {
        return new InvalidCheckpointException(new Problem(
                "adapter_mismatch",
                file + " is not what " + LoraConfig.FILE + " and PEFT's naming describe: " + what,
                "PEFT does not load such tensors",
                "use the two files that save_pretrained of PEFT wrote together"));
    }

    private InvalidCheckpointException mismatch(String what) {
        return new InvalidCheckpointException(new Problem(
                "adapter_mismatch",
                file + " is not an adapter of this base: " + what,
                "weights put together from them would write noise",
                "give the base that the adapter was trained on, with --base-model or in the adapter's folder"));
    }
}
