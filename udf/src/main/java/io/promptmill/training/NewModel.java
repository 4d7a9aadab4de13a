package io.promptmill.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promptmill.TokenIds;
import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.family.ConfigFields;
import io.promptmill.family.ExpectedTensor;
import io.promptmill.family.ModelFamilies;
import io.promptmill.family.TensorTable;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.tokenizer.Tokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;

/**
 * A GPT-2 that has learned nothing yet, by the fields of its config.json. Immutable.
 *
 * @param nLayer blocks
 * @param nHead attention heads of each
 * @param nEmbd width, a multiple of {@code nHead}
 * @param nPositions most tokens of a text
 */
public record NewModel(int nLayer, int nHead, int nEmbd, int nPositions) {
    private static final String END_OF_TEXT = "<|endoftext|>";

    /** {@code initializer_range} of transformers' {@code GPT2Config}. */
    private static final double INITIALIZER_RANGE = 0.02;

    /**
     * Writes it as a Hugging Face folder with the tokenizer of another one, whose vocabulary it gets. Weights are those of
     * transformers' {@code GPT2PreTrainedModel._init_weights}; equal seeds give equal bytes.
     *
     * @param tokenizer is read
     * @param folder empty
     * @throws InvalidCheckpointException when there is no tokenizer that can be used, or a size is out of range
     */
    public void write(CheckpointFolder tokenizer, long seed, Path folder)
            throws InvalidCheckpointException, IOException {
        ObjectNode config = config(TokenizerDefinition.read(tokenizer)
                .orElseThrow(() -> InvalidCheckpointException.unsupported(
                        tokenizer.path() + " has no tokenizer",
                        "a new model has the tokens of one",
                        "name a model whose folder has tokenizer.json")));
        TensorTable table =
                ModelFamilies.installed().read(config, null, new ArrayList<>()).tensors();
        SortedMap<String, byte[]> files = TokenizerCopy.of(tokenizer);
        files.put(ConfigFields.FILE, PretrainedFiles.text(config));
        ModelFolder.write(files, weights(table, seed), folder);
    }

    private ObjectNode config(TokenizerDefinition tokenizer) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("model_type", "gpt2");
        config.putArray("architectures").add("GPT2LMHeadModel");
        config.put("vocab_size", tokenizer.vocabularySize());
        config.put("n_positions", nPositions);
        config.put("n_embd", nEmbd);
        config.put("n_layer", nLayer);
        config.put("n_head", nHead);
        config.put("activation_function", "gelu_new");
        config.put("initializer_range", INITIALIZER_RANGE);
        config.put("tie_word_embeddings", true);
        config.put("torch_dtype", PretrainedFiles.torchName(DataType.F32));
        JsonNode end = endOfText(tokenizer);
        config.set("bos_token_id", end);
        config.set("eos_token_id", end);
        return config;
    }

    private static JsonNode endOfText(TokenizerDefinition definition) {
        try (Tokenizer tokenizer = new Tokenizer(definition)) {
            TokenIds ids = tokenizer.encode(END_OF_TEXT);
            return ids.size() == 1
                    ? JsonNodeFactory.instance.numberNode(ids.at(0))
                    : JsonNodeFactory.instance.nullNode();
        }
    }

    private List<Tensor> weights(TensorTable table, long seed) {
        Random seeds = new Random(seed);
        List<Tensor> weights = new ArrayList<>();
        for (ExpectedTensor tensor : table.tensors()) {
            long own = seeds.nextLong();
            if (!tensor.name().equals(table.head())) {
                weights.add(new Tensor(
                        table.fullTensorName(tensor.name()), DataType.F32, tensor.shape(), () -> values(tensor, own)));
            }
        }
        return weights;
    }

    /** {@link Random}'s numbers are the same in every Java. */
    private ByteBuffer values(ExpectedTensor tensor, long seed) {
        int count = Math.toIntExact(tensor.shape().stream().reduce(1L, Math::multiplyExact) * Float.BYTES);
        ByteBuffer values = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        if (tensor.kind() == ExpectedTensor.Kind.VECTOR) {
            float value = tensor.name().endsWith(".weight") ? 1 : 0;
            while (values.hasRemaining()) {
                values.putFloat(value);
            }
        } else {
            // What is added to the hidden states again and again begins smaller.
            boolean isAdded = tensor.name().endsWith("c_proj.weight");
            double deviation = isAdded ? INITIALIZER_RANGE / Math.sqrt(2.0 * nLayer) : INITIALIZER_RANGE;
            Random random = new Random(seed);
            while (values.hasRemaining()) {
                values.putFloat((float) (deviation * random.nextGaussian()));
            }
        }
        return values.flip();
    }
}
