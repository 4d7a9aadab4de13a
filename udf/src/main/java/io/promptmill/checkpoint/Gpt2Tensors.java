package io.promptmill.checkpoint;

import io.promptmill.Problem;
import io.promptmill.checkpoint.weights.StoredTensor;
import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.checkpoint.weights.TensorNames;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tensors of a GPT-2 language model by their {@link TensorNames names}, found among those of a file: which have to be
 * there, and which head the model has.
 */
final class Gpt2Tensors {
    /** Elements that two tensors are compared by at a time. */
    private static final int WINDOW = 1 << 20;

    private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
    private final boolean tied;

    Gpt2Tensors(Gpt2Config config) {
        long width = config.nEmbd();
        long inner = config.nInner();
        shapes.put(TensorNames.EMBEDDINGS, List.of((long) config.vocabSize(), width));
        shapes.put("wpe.weight", List.of((long) config.nPositions(), width));
        for (int layer = 0; layer < config.nLayer(); layer++) {
            String block = "h." + layer;
            norm(block + ".ln_1", width);
            linear(block + ".attn.c_attn", width, 3 * width);
            linear(block + ".attn.c_proj", width, width);
            norm(block + ".ln_2", width);
            linear(block + ".mlp.c_fc", width, inner);
            linear(block + ".mlp.c_proj", inner, width);
        }
        norm("ln_f", width);
        shapes.put(TensorNames.HEAD, List.of((long) config.vocabSize(), width));
        tied = config.tieWordEmbeddings();
    }

    private void norm(String name, long width) {
        shapes.put(name + ".weight", List.of(width));
        shapes.put(name + ".bias", List.of(width));
    }

    /** GPT-2's linear layers are stored {@code [in, out]}. */
    private void linear(String name, long in, long out) {
        shapes.put(name + ".weight", List.of(in, out));
        shapes.put(name + ".bias", List.of(out));
    }

    /**
     * Exactly the model's tensors. What is tied is transformers' {@code PreTrainedModel.tie_weights}: a head that differs
     * from the embeddings is used, whatever config.json says; where only one of the two is there, it is both.
     *
     * @param warnings gets a sentence where a head differs, and one that names tensors of no use here
     */
    Map<String, Tensor> open(List<StoredTensor> stored, List<String> warnings)
            throws InvalidCheckpointException, IOException {
        Map<String, StoredTensor> found = TensorNames.canonical(stored);
        if (tied && found.containsKey(TensorNames.HEAD) && !found.containsKey(TensorNames.EMBEDDINGS)) {
            found.put(TensorNames.EMBEDDINGS, found.remove(TensorNames.HEAD));
        }
        requireModel(found);
        warnOfOthers(found, warnings);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : shapes.keySet()) {
            if (found.containsKey(name)) {
                tensors.put(name, found.get(name).open(name));
            }
        }
        if (tied && found.containsKey(TensorNames.HEAD)) {
            if (found.get(TensorNames.HEAD).isSamePlaceAs(found.get(TensorNames.EMBEDDINGS))
                    || haveEqualValues(found.get(TensorNames.HEAD), found.get(TensorNames.EMBEDDINGS))) {
                tensors.remove(TensorNames.HEAD);
            } else {
                warnings.add(
                        "lm_head.weight is in the weights with other values than wte.weight, so it is used, though "
                                + "config.json does not set tie_word_embeddings to false; set it where that is what you want");
            }
        }
        return tensors;
    }

    private void requireModel(Map<String, StoredTensor> found) throws InvalidCheckpointException {
        List<String> missing = new ArrayList<>();
        List<String> misshapen = new ArrayList<>();
        shapes.forEach((name, shape) -> {
            StoredTensor tensor = found.get(name);
            if (tensor == null && !(name.equals(TensorNames.HEAD) && tied)) {
                missing.add(name);
            } else if (tensor != null && !tensor.shape().equals(shape)) {
                misshapen.add(name + " should be " + shape + " but is " + tensor.shape());
            }
        });
        boolean complete = missing.isEmpty() && misshapen.isEmpty();
        List<String> extra = others(found, name -> !complete || TensorNames.isOfBody(name, found.get(name)));
        String differences = Stream.of(
                        listed("missing", missing), listed("not expected", extra), listed("misshapen", misshapen))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
        if (!differences.isEmpty()) {
            Optional<String> prefix = prefixOf(missing, found);
            throw new InvalidCheckpointException(new Problem(
                    "checkpoint_mismatch",
                    "the weights are not those of the GPT-2 that config.json describes: " + differences,
                    prefix.map(text -> "what is missing is there by names that begin with "
                                    + InvalidCheckpointException.quote(text))
                            .orElse(
                                    missing.isEmpty() && misshapen.isEmpty()
                                            ? "parts of the model that the file holds would be left out"
                                            : "a model put together from them would write noise"),
                    prefix.map(text -> "save the model inside of its wrapper with save_pretrained, a PEFT model after "
                                    + "merge_and_unload")
                            .orElse("use the config.json and the weights of one and the same model")));
        }
    }

    /** What stands before the names of all that is missing, where one and the same text does. */
    private static Optional<String> prefixOf(List<String> missing, Map<String, StoredTensor> found) {
        return missing.stream().findFirst().flatMap(first -> found.keySet().stream()
                .filter(name -> name.endsWith("." + first))
                .map(name -> name.substring(0, name.length() - first.length()))
                .filter(prefix -> missing.stream()
                        .allMatch(name -> found.containsKey(prefix + name)
                                // The head stands outside of the body.
                                || found.containsKey(prefix.replaceFirst("transformer\\.$", "") + name)))
                .findFirst());
    }

    private void warnOfOthers(Map<String, StoredTensor> found, List<String> warnings) {
        List<String> others = others(found, name -> true);
        if (!others.isEmpty()) {
            warnings.add(listed("the weights hold", others)
                    + ", which a GPT-2 language model has no use for, so that is ignored");
        }
    }

    private List<String> others(Map<String, StoredTensor> found, Predicate<String> wanted) {
        return found.keySet().stream()
                .filter(name -> !shapes.containsKey(name))
                .filter(wanted)
                .map(InvalidCheckpointException::quote)
                .toList();
    }

    private static String listed(String title, List<String> items) {
        return items.isEmpty() ? "" : title + " " + InvalidCheckpointException.listed(items);
    }

    /** Whether two tensors of one shape hold the same numbers, of whatever types. */
    private static boolean haveEqualValues(StoredTensor one, StoredTensor other)
            throws InvalidCheckpointException, IOException {
        int count = Math.toIntExact(StoredTensor.elements(one.shape()));
        int window = one.isContiguous() && other.isContiguous() ? WINDOW : count;
        for (int first = 0; first < count; first += window) {
            int length = Math.min(window, count - first);
            float[] a = new float[length];
            float[] b = new float[length];
            one.type().read(one.values(first, length), 0, a);
            other.type().read(other.values(first, length), 0, b);
            for (int i = 0; i < length; i++) {
                if (a[i] != b[i]) {
                    return false;
                }
            }
        }
        return true;
    }
}
