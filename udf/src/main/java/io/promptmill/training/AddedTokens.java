package io.promptmill.training;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.family.ConfigFields;
import io.promptmill.family.TensorTable;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import io.promptmill.tokenizer.Tokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import io.promptmill.tokenizer.folder.TokenizerFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * More special tokens for a model, as transformers' {@code add_special_tokens} and {@code resize_token_embeddings} add them.
 * Stateless.
 */
public final class AddedTokens {
    private static final String TOKENS = "added_tokens";
    private static final String DECODER = "added_tokens_decoder";

    /** The list's name since transformers 5, and before. */
    private static final List<String> LISTS = List.of("extra_special_tokens", "additional_special_tokens");

    private AddedTokens() {}

    /**
     * Writes a model as a Hugging Face folder, its weights in float32, with these tokens added to its tokenizer. Each has
     * the mean of all embeddings for its own, which is where transformers draws them around, with a variance of a
     * billionth. Tokens that are there already stay what they are, and where the model has embeddings to spare, these are
     * used first.
     *
     * @param folder empty
     * @throws InvalidCheckpointException when the model has no tokenizer that can be used, or a token cannot be added
     */
    public static void write(Checkpoint checkpoint, List<String> tokens, Path folder)
            throws InvalidCheckpointException, IOException {
        TokenizerDefinition tokenizer = TokenizerDefinition.read(checkpoint.tokenizerFolder())
                .orElseThrow(() -> refusal("the model has no tokenizer", "use a model with tokenizer.json"));
        List<String> added = new ArrayList<>();
        try (Tokenizer encoder = new Tokenizer(tokenizer)) {
            for (String token : tokens) {
                if (!added.contains(token) && encoder.encode(token).size() != 1) {
                    added.add(token);
                }
            }
        }
        SortedMap<String, byte[]> files = TokenizerCopy.of(checkpoint.tokenizerFolder());
        addTo(files, added, tokenizer.vocabularySize());
        int vocabulary = Math.max(checkpoint.shape().vocabulary(), tokenizer.vocabularySize() + added.size());
        files.put(
                ConfigFields.FILE, PretrainedFiles.text(PretrainedFiles.config(checkpoint, DataType.F32, vocabulary)));
        ModelFolder.write(files, weights(checkpoint, vocabulary), folder);
        requireFound(added, tokenizer.vocabularySize(), folder);
    }

    private static InvalidCheckpointException refusal(String what, String remedy) {
        return InvalidCheckpointException.unsupported(what, "special tokens are added to a tokenizer", remedy);
    }

    /** What tokenizers read of a folder depends on which of its files there are. */
    private static void addTo(SortedMap<String, byte[]> files, List<String> tokens, int firstId)
            throws InvalidCheckpointException {
        ObjectNode settings = object(files, TokenizerCopy.SETTINGS);
        ObjectNode vocabulary = object(
                files,
                files.containsKey(TokenizerCopy.TOKENIZER) ? TokenizerCopy.TOKENIZER : TokenizerCopy.ADDED_TOKENS);
        String list = settings.has(LISTS.get(0)) ? LISTS.get(0) : LISTS.get(1);
        for (int i = 0; i < tokens.size(); i++) {
            int id = firstId + i;
            if (files.containsKey(TokenizerCopy.TOKENIZER)) {
                ObjectNode token = token(tokens.get(i));
                array(vocabulary, TOKENS).add(token.put("id", id));
            } else {
                vocabulary.put(tokens.get(i), id);
            }
            if (settings.has(DECODER)) {
                ((ObjectNode) settings.get(DECODER)).set(Integer.toString(id), token(tokens.get(i)));
            }
            array(settings, list).add(tokens.get(i));
        }
        files.put(TokenizerCopy.SETTINGS, PretrainedFiles.text(settings));
        files.put(
                files.containsKey(TokenizerCopy.TOKENIZER) ? TokenizerCopy.TOKENIZER : TokenizerCopy.ADDED_TOKENS,
                PretrainedFiles.text(vocabulary));
    }

    private static ObjectNode object(SortedMap<String, byte[]> files, String name) throws InvalidCheckpointException {
        byte[] text = files.get(name);
        return text == null
                ? JsonNodeFactory.instance.objectNode()
                : (ObjectNode) JsonObject.parse(new String(text, StandardCharsets.UTF_8), name, TokenizerFiles.KIND)
                        .node();
    }

    private static ArrayNode array(ObjectNode object, String name) {
        return object.path(name) instanceof ArrayNode given ? given : object.putArray(name);
    }

    private static ObjectNode token(String content) {
        ObjectNode token = JsonNodeFactory.instance.objectNode();
        token.put("content", content);
        for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
            token.put(flag, false);
        }
        return token.put("special", true);
    }

    private static void requireFound(List<String> tokens, int firstId, Path folder)
            throws InvalidCheckpointException, IOException {
        try (Tokenizer tokenizer =
                new Tokenizer(TokenizerDefinition.read(folder).orElseThrow())) {
            for (int i = 0; i < tokens.size(); i++) {
                if (tokenizer.encode(tokens.get(i)).toArray()[0] != firstId + i) {
                    throw refusal(
                            "the tokenizer's files do not take " + InvalidCheckpointException.quote(tokens.get(i)),
                            "add the token with transformers' add_special_tokens");
                }
            }
        }
    }

    private static List<Tensor> weights(Checkpoint checkpoint, int vocabulary) {
        TensorTable table = checkpoint.config().tensors();
        List<Tensor> weights = new ArrayList<>();
        for (String name : checkpoint.tensorNames()) {
            Tensor weight = checkpoint.tensor(name).asFloat32().named(table.fullTensorName(name));
            boolean hasTokens = name.equals(table.embeddings()) || name.equals(table.head());
            weights.add(hasTokens ? resized(weight, vocabulary) : weight);
        }
        return weights;
    }

    /** A matrix with more rows, each the mean of all that were there. */
    private static Tensor resized(Tensor matrix, int rows) {
        long width = matrix.shape().get(1);
        return new Tensor(matrix.name(), DataType.F32, List.of((long) rows, width), () -> {
            FloatBuffer old = matrix.data().asFloatBuffer();
            float[] mean = mean(old, (int) width);
            int bytes = Math.toIntExact(Math.multiplyExact(rows * width, Float.BYTES));
            ByteBuffer all = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
            FloatBuffer values = all.asFloatBuffer().put(old.rewind());
            while (values.hasRemaining()) {
                values.put(mean);
            }
            return all;
        });
    }

    private static float[] mean(FloatBuffer matrix, int width) {
        double[] sums = new double[width];
        int rows = matrix.remaining() / width;
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < width; i++) {
                sums[i] += matrix.get(row * width + i);
            }
        }
        float[] mean = new float[width];
        for (int i = 0; i < width; i++) {
            mean[i] = (float) (sums[i] / rows);
        }
        return mean;
    }
}
