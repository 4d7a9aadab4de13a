package io.promptmill.checkpoint;

import io.promptmill.Problem;
import io.promptmill.checkpoint.weights.StoredTensor;
import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.checkpoint.weights.TensorNames;
import io.promptmill.family.ModelConfig;
import io.promptmill.family.TensorTable;
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
 * The tensors of a model found among those of its files: which have to be there by the family's {@link TensorTable}, and
 * which head the model has.
 */
final class ModelTensors {
    /** Elements that two tensors are compared by at a time. */
    private static final int WINDOW = 1 << 20;

    private final TensorTable table;
    private final TensorNames names;
    private final String family;
    private final boolean tied;
    private final Map<String, List<Long>> shapes = new LinkedHashMap<>();

    ModelTensors(ModelConfig config) {
        table = config.tensors();
        names = new TensorNames(table);
        family = config.family().name();
        tied = config.tieWordEmbeddings();
        table.tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
    }

    /**
     * Exactly the model's tensors. What is tied is transformers' {@code PreTrainedModel.tie_weights}: a head that differs
     * from the embeddings is used, whatever config.json says; where only one of the two is there, it is both.
     *
     * @param warnings gets a sentence where a head differs, and one that names tensors of no use here
     */
    Map<String, Tensor> open(List<StoredTensor> stored, List<String> warnings)
            throws InvalidCheckpointException, IOException {
        Map<String, StoredTensor> found = names.canonical(stored);
        String embeddings = table.embeddings();
        String head = table.head();
        if (tied && found.containsKey(head) && !found.containsKey(embeddings)) {
            found.put(embeddings, found.remove(head));
        }
        requireModel(found);
        warnOfOthers(found, warnings);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : shapes.keySet()) {
            if (found.containsKey(name)) {
                tensors.put(name, found.get(name).open(name));
            }
        }
        if (tied && found.containsKey(head)) {
            if (found.get(head).isSamePlaceAs(found.get(embeddings))
                    || haveEqualValues(found.get(head), found.get(embeddings))) {
                tensors.remove(head);
            } else {
                warnings.add(
                        head + " is in the weights with other values than " + embeddings + ", so it is used, though "
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
            if (tensor == null && !(name.equals(table.head()) && tied)) {
                missing.add(name);
            } else if (tensor != null && !tensor.shape().equals(shape)) {
                misshapen.add(name + " should be " + shape + " but is " + tensor.shape());
            }
        });
        boolean complete = missing.isEmpty() && misshapen.isEmpty();
        List<String> extra = others(found, name -> !complete || names.isOfBody(name, found.get(name)));
        String differences = Stream.of(
                        listed("missing", missing), listed("not expected", extra), listed("misshapen", misshapen))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
        if (!differences.isEmpty()) {
            Optional<String> prefix = prefixOf(missing, found);
            throw new InvalidCheckpointException(new Problem(
                    "checkpoint_mismatch",
                    "the weights are not those of the " + family + " that config.json describes: " + differences,
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
    private Optional<String> prefixOf(List<String> missing, Map<String, StoredTensor> found) {
        return missing.stream().findFirst().flatMap(first -> found.keySet().stream()
                .filter(name -> name.endsWith("." + first))
                .map(name -> name.substring(0, name.length() - first.length()))
                .filter(prefix -> missing.stream()
                        .allMatch(name -> found.containsKey(prefix + name)
                                // The head stands outside of the body.
                                || found.containsKey(outsideOfBody(prefix) + name)))
                .findFirst());
    }

    private String outsideOfBody(String prefix) {
        return prefix.endsWith(table.body())
                ? prefix.substring(0, prefix.length() - table.body().length())
                : prefix;
    }

    private void warnOfOthers(Map<String, StoredTensor> found, List<String> warnings) {
        List<String> others = others(found, name -> true);
        if (!others.isEmpty()) {
            warnings.add(listed("the weights hold", others) + ", which a " + family
                    + " language model has no use for, so that is ignored");
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
