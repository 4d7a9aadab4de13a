package io.promptmill.checkpoint.weights;

import io.promptmill.family.TensorTable;
import io.promptmill.files.InvalidCheckpointException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The names of a file's tensors as a family's {@link TensorTable} has them: without the prefix of the body, and without
 * what training tools put before all of them. Immutable.
 */
public final class TensorNames {
    /** What DataParallel, Lightning, {@code torch.compile} and FSDP put before every name. */
    private static final List<String> WRAPPERS = List.of("module.", "model.", "_orig_mod.", "_fsdp_wrapped_module.");

    private final TensorTable table;

    /** Names by the table of a model. */
    public TensorNames(TensorTable table) {
        this.table = table;
    }

    /** The tensors by their names in the table, without those that are ignored. */
    public Map<String, StoredTensor> canonical(List<StoredTensor> stored) throws InvalidCheckpointException {
        int wrapped = wrapperLength(stored);
        Map<String, StoredTensor> found = new LinkedHashMap<>();
        for (StoredTensor tensor : stored) {
            String name = tensor.name().substring(wrapped);
            name = name.startsWith(table.body()) ? name.substring(table.body().length()) : name;
            if (!table.ignored().matcher(name).matches() && found.put(name, tensor) != null) {
                throw InvalidCheckpointException.damaged(
                        tensor.file().name(),
                        "it has the tensor " + InvalidCheckpointException.quote(name) + " with and without the prefix "
                                + table.body());
            }
        }
        return found;
    }

    /** Whether a tensor belongs to the layers and embeddings, and not to a head beside that of the language model. */
    public boolean isOfBody(String canonicalName, StoredTensor tensor) {
        return table.isOfLayer(canonicalName) || tensor.name().endsWith(table.body() + canonicalName);
    }

    private static int wrapperLength(List<StoredTensor> stored) {
        int length = 0;
        Optional<String> wrapper = Optional.of("");
        while (wrapper.isPresent()) {
            length += wrapper.get().length();
            int start = length;
            wrapper = WRAPPERS.stream()
                    .filter(prefix -> !stored.isEmpty()
                            && stored.stream().allMatch(tensor -> tensor.name().startsWith(prefix, start)))
                    .findAny();
        }
        return length;
    }
}
