package io.promptmill.compile;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.family.Dropout;
import io.promptmill.family.ExpectedTensor;
import io.promptmill.family.ModelConfig;
import io.promptmill.family.ModelShape;
import io.promptmill.family.TensorTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The objects of a network, made of a checkpoint as the classes of the text declare their attributes: a tensor goes where
 * its name leads, a number or word is looked up by the attribute's name. Linear layers and embeddings are written in the
 * form of the precision, those that learn as float32 and as they are stored. Single-threaded.
 */
final class NetworkPickle {
    private static final String ARITHMETIC = "__torch__.linear.Arithmetic";
    private static final String LINEAR = "__torch__.linear.Linear";
    private static final String EMBEDDING = "__torch__.linear.Embedding";
    private static final String LIST = "List[";
    private static final String TENSORS = "List[Tensor]";

    /** The attribute of a network that learns which holds all its weights. */
    private static final String WEIGHTS = "weights";

    /** The attribute of the network that names of tensors begin from. */
    private static final String MODEL = "model.";

    private final NetworkText text;
    private final Checkpoint checkpoint;
    private final TensorTable table;
    private final Map<String, ExpectedTensor.Kind> kinds;
    private final int layers;
    private final boolean int8;
    private final boolean learns;
    private final Map<String, Object> constants;
    private final NetworkTensors tensors;
    private final Set<String> untouched;
    private final PickleWriter out = new PickleWriter();

    private NetworkPickle(Checkpoint checkpoint, Precision precision, Dropout dropout, NetworkText text) {
        ModelConfig config = checkpoint.config();
        this.text = text;
        this.checkpoint = checkpoint;
        this.table = config.tensors();
        this.kinds = table.tensors().stream().collect(Collectors.toMap(ExpectedTensor::name, ExpectedTensor::kind));
        this.layers = checkpoint.shape().layers();
        this.int8 = precision == Precision.INT8;
        this.learns = text.purpose() == NetworkText.Purpose.TRAINING;
        this.constants = constants(config, checkpoint.shape(), precision, dropout);
        this.tensors = learns ? NetworkTensors.float32(checkpoint) : NetworkTensors.asStored(checkpoint);
        this.untouched = new TreeSet<>(checkpoint.tensorNames());
    }

    private static Map<String, Object> constants(
            ModelConfig config, ModelShape shape, Precision precision, Dropout dropout) {
        Map<String, Object> constants = new HashMap<>(config.constants());
        constants.put("training", false);
        constants.put("vocab_size", shape.vocabulary());
        constants.put("max_positions", shape.positions());
        constants.put("bos_token_id", shape.bosTokenId() == null ? -1 : shape.bosTokenId());
        constants.put("num_attention_heads", shape.attention().heads());
        constants.put("num_key_value_heads", shape.attention().keyValueHeads());
        constants.put("head_dim", shape.attention().headWidth());
        constants.put("cache_type", NetworkText.FLOAT32);
        constants.put("compute", precision == Precision.BF16 ? NetworkText.BFLOAT16 : NetworkText.FLOAT32);
        constants.put("levels", Int8Weight.LARGEST);
        constants.put("is_float32", precision == Precision.FP32);
        constants.put("is_int8", precision == Precision.INT8);
        constants.put("is_head", false);
        constants.put("embd_pdrop", dropout.embd());
        constants.put("resid_pdrop", dropout.resid());
        constants.put("attn_pdrop", dropout.attn());
        return constants;
    }

    /**
     * The objects of a checkpoint's network.
     *
     * @param dropout that of the training; nothing is dropped when texts are generated
     * @throws IllegalStateException when a class declares what the model has not, or none of them what it has
     */
    static NetworkPickle of(Checkpoint checkpoint, Precision precision, Dropout dropout, NetworkText text) {
        NetworkPickle pickle = new NetworkPickle(checkpoint, precision, dropout, text);
        pickle.object(text.module(), "", 0);
        if (!pickle.untouched.isEmpty()) {
            throw new IllegalStateException("no class of the network's text has an attribute for " + pickle.untouched);
        }
        return pickle;
    }

    /** The objects; asked for once. */
    byte[] bytes() {
        return out.finish();
    }

    /** The tensors that they name. */
    List<TensorEntry> tensors() {
        return tensors.all();
    }

    /**
     * Writes an object.
     *
     * @param place where it is in the network, with a dot at its end
     * @param layer the layer it belongs to
     */
    private void object(String className, String place, int layer) {
        out.object(className, () -> text.attributes(className)
                .forEach((name, type) -> attribute(type, place, name, layer)));
    }

    private void attribute(String type, String place, String name, int layer) {
        out.text(name);
        String path = place + name;
        switch (type) {
            case "int", "float", "bool", "str" -> constant(name, layer);
            case "Tensor" -> out.tensor(tensors.of(tensorAt(path)));
            case TENSORS -> tensors(name);
            case LINEAR -> linear(path);
            case EMBEDDING -> embedding(path);
            case ARITHMETIC -> out.once(ARITHMETIC, () -> object(ARITHMETIC, "", layer)); // one for all linear layers
            default -> {
                if (type.startsWith(LIST)) {
                    layers(type, path);
                } else {
                    object(type, path + ".", layer);
                }
            }
        }
    }

    private void layers(String type, String path) {
        String className = type.substring(LIST.length(), type.length() - 1);
        out.objects(type, () -> {
            for (int i = 0; i < layers; i++) {
                object(className, path + "." + i + ".", i);
            }
        });
    }

    /** All weights, or a list that the network fills. */
    private void tensors(String name) {
        out.objects(TENSORS, () -> {
            if (name.equals(WEIGHTS)) {
                checkpoint.tensorNames().forEach(tensor -> out.tensor(tensors.of(tensor)));
            }
        });
    }

    private void constant(String name, int layer) {
        Object found = constants.get(name);
        Object value = found instanceof List<?> ofLayers ? ofLayers.get(layer) : found;
        if (value instanceof Integer number) {
            out.integer(number);
        } else if (value instanceof Double number) {
            out.number(number);
        } else if (value instanceof Boolean truth) {
            out.truth(truth);
        } else if (value instanceof String word) {
            out.text(word);
        } else {
            throw new IllegalStateException(
                    "a class of the network's text has a constant " + name + " but its value is " + value);
        }
    }

    private void linear(String path) {
        String tensor = tensorAt(path + ".weight");
        String weight = tensor.equals(table.head()) && checkpoint.isHeadTied() ? table.embeddings() : tensor;
        boolean inOut = kinds.get(weight) == ExpectedTensor.Kind.LINEAR_IN_OUT;
        Int8Weight.Outputs outputs = inOut ? Int8Weight.Outputs.COLUMNS : Int8Weight.Outputs.ROWS;
        TensorEntry stored = int8 ? tensors.int8(weight, outputs) : tensors.of(weight);
        TensorEntry outIn = inOut ? stored.transposed() : stored;
        String bias = tensorAt(path + ".bias");
        Map<String, Runnable> values = Map.of(
                "weight", () -> out.tensor(learns ? stored : outIn),
                "bias", () -> out.optional(checkpoint.tensorNames().contains(bias), () -> out.tensor(tensors.of(bias))),
                "scales", () -> out.optional(int8, () -> out.tensor(tensors.int8Scales(weight, outputs))),
                "zero_points", out::none,
                "in_features", () -> out.integer(outIn.shape().get(1)),
                "is_in_out", () -> out.truth(inOut));
        attributes(LINEAR, values);
    }

    /** Embeddings that are the head as well take the head's form. */
    private void embedding(String path) {
        String weight = tensorAt(path + ".weight");
        boolean whole = int8 && weight.equals(table.embeddings()) && checkpoint.isHeadTied();
        Int8Weight.Outputs outputs = Int8Weight.Outputs.ROWS;
        attributes(
                EMBEDDING,
                Map.of(
                        "weight", () -> out.tensor(whole ? tensors.int8(weight, outputs) : tensors.of(weight)),
                        "scales", () -> out.optional(whole, () -> out.tensor(tensors.int8Scales(weight, outputs)))));
    }

    /** Writes an object of linear.py, whose text decides which of these values it has. */
    private void attributes(String className, Map<String, Runnable> values) {
        out.object(className, () -> text.attributes(className).forEach((name, type) -> {
            if (values.containsKey(name)) {
                out.text(name);
                values.get(name).run();
            } else {
                attribute(type, "", name, 0);
            }
        }));
    }

    /** The name of the tensor whose place that is. */
    private String tensorAt(String path) {
        String name = path.substring(MODEL.length());
        untouched.remove(name);
        return name;
    }
}
