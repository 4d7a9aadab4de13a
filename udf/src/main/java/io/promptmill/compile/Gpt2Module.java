package io.promptmill.compile;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.checkpoint.Gpt2Config;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The attributes of the class {@code Gpt2} of {@code gpt2.py}, filled from a checkpoint. */
final class Gpt2Module {
    /** Element types by their codes in PyTorch's {@code c10/core/ScalarType.h}; archived text has no names for them. */
    private static final Map<String, Integer> SCALAR_TYPES =
            new TreeMap<>(Map.of("float32", 6, "float64", 7, "int64", 4, "bool", 11));

    private final Checkpoint checkpoint;
    private final Gpt2Config config;
    private final List<TensorEntry> tensors = new ArrayList<>();
    private final byte[] pickle;

    Gpt2Module(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        this.config = checkpoint.config();
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
        out.text("tied");
        out.truth(config.tieWordEmbeddings());
        out.text("on_cpu");
        out.truth(true);
        SCALAR_TYPES.forEach((name, code) -> {
            out.text(name);
            out.integer(code);
        });
        out.text("attention_scales");
        out.numbers(attentionScales());
        out.text("wte");
        out.tensor(asStored("wte.weight"));
        out.text("wpe");
        out.tensor(asStored("wpe.weight"));
        out.text("norms");
        out.tensors(norms());
        out.text("biases");
        out.tensors(biases());
        out.text("weights");
        out.tensors(weights());
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

    private List<TensorEntry> weights() {
        List<TensorEntry> weights = new ArrayList<>();
        for (String name : linearLayers()) {
            weights.add(add(TensorEntry.transposed(nextKey(), checkpoint.tensor(name + ".weight"))));
        }
        if (!config.tieWordEmbeddings()) {
            weights.add(asStored("lm_head.weight"));
        }
        return weights;
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
