package io.promptmill.family.gpt2;

import io.promptmill.family.ExpectedTensor;
import io.promptmill.family.TensorTable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The tensors of transformers' {@code GPT2LMHeadModel}, by their names and shapes. */
final class Gpt2Tensors {
    private static final String BODY = "transformer.";
    private static final String LAYERS = "h";
    private static final String EMBEDDINGS = "wte.weight";
    private static final String HEAD = "lm_head.weight";

    /** Causal masks that older versions of transformers stored with the weights. */
    private static final Pattern MASKS = Pattern.compile("h\\.[0-9]+\\.(attn|crossattention)\\.(masked_)?bias");

    private final List<ExpectedTensor> tensors = new ArrayList<>();

    private Gpt2Tensors() {}

    static TensorTable of(Gpt2Config config) {
        Gpt2Tensors all = new Gpt2Tensors();
        int width = config.nEmbd();
        all.tensors.add(ExpectedTensor.embeddings(EMBEDDINGS, config.vocabSize(), width));
        all.tensors.add(ExpectedTensor.embeddings("wpe.weight", config.nPositions(), width));
        for (int layer = 0; layer < config.nLayer(); layer++) {
            String block = LAYERS + "." + layer;
            all.norm(block + ".ln_1", width);
            all.linear(block + ".attn.c_attn", width, 3 * width);
            all.linear(block + ".attn.c_proj", width, width);
            all.norm(block + ".ln_2", width);
            all.linear(block + ".mlp.c_fc", width, config.nInner());
            all.linear(block + ".mlp.c_proj", config.nInner(), width);
        }
        all.norm("ln_f", width);
        all.tensors.add(ExpectedTensor.linearOutIn(HEAD, width, config.vocabSize()));
        return new TensorTable(BODY, LAYERS, EMBEDDINGS, HEAD, MASKS, all.tensors);
    }

    private void norm(String module, int width) {
        tensors.add(ExpectedTensor.vector(module + ".weight", width));
        tensors.add(ExpectedTensor.vector(module + ".bias", width));
    }

    private void linear(String module, int in, int out) {
        tensors.add(ExpectedTensor.linearInOut(module + ".weight", in, out));
        tensors.add(ExpectedTensor.vector(module + ".bias", out));
    }
}
