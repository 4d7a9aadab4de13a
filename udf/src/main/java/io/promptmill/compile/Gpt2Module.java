package io.promptmill.compile;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.family.gpt2.Gpt2Config;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The attributes of the class {@code Gpt2} of {@code gpt2.py}, filled from a checkpoint. */
final class Gpt2Module {
    private static final int FLOAT32 = 6;
    private static final int BFLOAT16 = 15;

    /** Element types by their codes in PyTorch's {@code c10/core/ScalarType.h}; archived text has no names for them. */
    private static final Map<String, Integer> SCALAR_TYPES = new TreeMap<>(Map.of(
            "float32", FLOAT32, "bfloat16", BFLOAT16, "float64", 7, "int64", 4, "uint8", 0, "int8", 1, "bool", 11));

    private final Checkpoint checkpoint;
    private final Gpt2Config config;
    private final Precision precision;
    private final List<TensorEntry> tensors = new ArrayList<>();
    private final Map<String, Int8Weight> int8Weights = new HashMap<>();
    private final byte[] pickle;

    Gpt2Module(Checkpoint checkpoint, Precision precision) {
        this.checkpoint = checkpoint;
        this.precision = precision;
        this.config = (Gpt2Config) checkpoint.config();
        this.pickle = writePickle();
    }

    byte[] pickle() {
        return pickle;
    }

    /** The tensors that the pickle names, in the order of their keys. */
    List<TensorEntry> tensors() {
        return Collections.unmodifiableList(tensors);
    }

    private byte[] writePickle() {
        PickleWriter out = new PickleWriter().beginObject("Gpt2");
        out.text("training");
        out.truth(false);
        out.text("n_head");
        out.integer(config.nHead());
        out.text("bos_token_id");
        out.integer(config.bosTokenId() == null ? -1 : config.bosTokenId());
        out.text("layer_norm_epsilon");
        out.number(config.layerNormEpsilon());
        out.text("activation");
        out.text(config.activationFunction());
        out.text("precision");
        out.text(precision.toString());
        out.text("levels");
        out.integer(127);
        out.text("compute");
        out.integer(precision == Precision.BF16 ? BFLOAT16 : FLOAT32);
        out.text("cache_type");
        out.integer(FLOAT32);
        out.text("tied");
        out.truth(checkpoint.isHeadTied());
        out.text("on_cpu");
        out.truth(true);
        SCALAR_TYPES.forEach((name, code) -> {
            out.text(name);
            out.integer(code);
        });
        out.text("attention_scales");
        out.numbers(attentionScales());
        out.text("wte");
        out.tensor(tokenEmbeddings());
        out.text("wpe");
        out.tensor(asStored("wpe.weight"));
        out.text("norms");
        out.tensors(norms());
        out.text("biases");
        out.tensors(biases());
        out.text("weights");
        out.tensors(weights());
        out.text("scales");
        out.tensors(precision == Precision.INT8 ? scales() : List.of());
        out.text("zero_points");
        out.tensors(List.of());
        out.endObject();
        return out.finish();
    }

    /** What queries times keys is multiplied by in each layer. */
    private List<Double> attentionScales() {
        List<Double> scales = new ArrayList<>();
        for (int layer = 0; layer < config.nLayer(); layer++) {
            double scale = config.scaleAttnWeights() ? 1 / Math.sqrt((double) config.nEmbd() / config.nHead()) : 1;
            scales.add(config.scaleAttnByInverseLayerIdx() ? scale / (layer + 1) : scale);
        }
        return scales;
    }

    private List<TensorEntry> norms() {
        List<TensorEntry> norms = new ArrayList<>();
        for (int layer = 0; layer < config.nLayer(); layer++) {
            for (String name : List.of("ln_1.weight", "ln_1.bias", "ln_2.weight", "ln_2.bias")) {
                norms.add(asStored("h." + layer + "." + name));
            }
        }
        norms.add(asStored("ln_f.weight"));
        norms.add(asStored("ln_f.bias"));
        return norms;
    }

    private List<TensorEntry> biases() {
        List<TensorEntry> biases = new ArrayList<>();
        linearLayers().forEach(name -> biases.add(asStored(name + ".bias")));
        return biases;
    }

    /** Where it is the head as well, it takes the head's form. */
    private TensorEntry tokenEmbeddings() {
        return checkpoint.isHeadTied() ? head() : asStored("wte.weight");
    }

    private TensorEntry head() {
        return precision == Precision.INT8 ? quantised(headWeight()) : asStored(headName());
    }

    private String headName() {
        return checkpoint.isHeadTied() ? "wte.weight" : "lm_head.weight";
    }

    private Int8Weight headWeight() {
        return int8(headName(), Int8Weight.Outputs.ROWS);
    }

    private Int8Weight layerWeight(String layer) {
        return int8(layer + ".weight", Int8Weight.Outputs.COLUMNS);
    }

    /** One and the same for its values and for its scales, which then are computed once. */
    private Int8Weight int8(String name, Int8Weight.Outputs outputs) {
        return int8Weights.computeIfAbsent(name, absent -> new Int8Weight(checkpoint.tensor(name), outputs));
    }

    private List<TensorEntry> weights() {
        List<TensorEntry> weights = new ArrayList<>();
        for (String layer : linearLayers()) {
            TensorEntry weight =
                    precision == Precision.INT8 ? quantised(layerWeight(layer)) : asStored(layer + ".weight");
            weights.add(weight.transposed());
        }
        if (!checkpoint.isHeadTied()) {
            weights.add(head());
        }
        return weights;
    }

    /** One for each weight of a linear layer, that of the head last. */
    private List<TensorEntry> scales() {
        List<TensorEntry> scales = new ArrayList<>();
        for (String layer : linearLayers()) {
            scales.add(scales(layerWeight(layer)));
        }
        scales.add(scales(headWeight()));
        return scales;
    }

    private TensorEntry quantised(Int8Weight weight) {
        return add(TensorEntry.of(nextKey(), StorageType.INT8, weight.shape(), weight::values));
    }

    private TensorEntry scales(Int8Weight weight) {
        List<Long> shape = List.of((long) weight.outputCount());
        return add(TensorEntry.of(nextKey(), StorageType.FLOAT, shape, weight::scales));
    }

    private List<String> linearLayers() {
        List<String> names = new ArrayList<>();
        for (int layer = 0; layer < config.nLayer(); layer++) {
            for (String name : List.of("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj")) {
                names.add("h." + layer + "." + name);
            }
        }
        return names;
    }

    private TensorEntry asStored(String name) {
        return add(TensorEntry.of(nextKey(), checkpoint.tensor(name)));
    }

    private String nextKey() {
        return Integer.toString(tensors.size());
    }

    private TensorEntry add(TensorEntry tensor) {
        tensors.add(tensor);
        return tensor;
    }
}
