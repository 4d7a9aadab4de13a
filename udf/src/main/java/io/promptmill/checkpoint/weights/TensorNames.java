package io.promptmill.checkpoint.weights;

import io.promptmill.files.InvalidCheckpointException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names of a file's tensors as transformers' {@code modeling_gpt2.py} has them, without the prefix {@code transformer.}
 * and without what training tools put before all of them. Stateless.
 */
public final class TensorNames {
    /** Weights of the logits; absent where the token embeddings are used for them. */
    public static final String HEAD = "lm_head.weight";

    /** A row for each token. */
    public static final String EMBEDDINGS = "wte.weight";

    /** Of the class that holds the blocks; files that were saved from that class alone lack it. */
    public static final String BODY = "transformer.";

    /** What DataParallel, Lightning, {@code torch.compile} and FSDP put before every name. */
    private static final List<String> WRAPPERS = List.of("module.", "model.", "_orig_mod.", "_fsdp_wrapped_module.");

    /** Causal masks that older versions of transformers stored with the weights. */
    private static final Pattern MASK = Pattern.compile("h\\.[0-9]+\\.(attn|crossattention)\\.(masked_)?bias");

    private static final Pattern BLOCK = Pattern.compile("h\\.[0-9]+\\..*", Pattern.DOTALL);

    private TensorNames() {}

    /** The tensors by their names in the network, masks left out. */
    public static Map<String, StoredTensor> canonical(List<StoredTensor> stored) throws InvalidCheckpointException {
        int wrapped = wrapperLength(stored);
        Map<String, StoredTensor> found = new LinkedHashMap<>();
        for (StoredTensor tensor : stored) {
            String name = tensor.name().substring(wrapped);
            name = name.startsWith(BODY) ? name.substring(BODY.length()) : name;
            if (!MASK.matcher(name).matches() && found.put(name, tensor) != null) {
                throw InvalidCheckpointException.damaged(
                        tensor.file().name(),
                        "it has the tensor " + InvalidCheckpointException.quote(name) + " with and without the prefix "
                                + BODY);
            }
        }
        return found;
    }

    /** Whether a tensor belongs to the blocks and embeddings, and not to a head beside that of the language model. */
    public static boolean isOfBody(String canonicalName, StoredTensor tensor) {
        return BLOCK.matcher(canonicalName).matches() || tensor.name().endsWith(BODY + canonicalName);
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
