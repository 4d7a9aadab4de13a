package io.promptmill.checkpoint.torch;

import io.promptmill.checkpoint.weights.StoredTensor;
import io.promptmill.files.InvalidCheckpointException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The storages and tensors that a pickle makes by the names it may call, as checked data. Argument lists are those of
 * {@code torch/_utils.py} and {@code torch/serialization.py}. One per pickle, single-threaded.
 */
final class TorchObjects {
    private static final int MAX_RANK = 8;
    private static final Pattern STORAGE_KEY = Pattern.compile("[0-9]{1,20}");

    private final String source;
    private final Map<String, TorchStorage> storages = new LinkedHashMap<>();

    /** @param source names the pickle in refusals */
    TorchObjects(String source) {
        this.source = source;
    }

    /** The storages mentioned so far, each once. */
    Collection<TorchStorage> storages() {
        return storages.values();
    }

    /** The result of calling an allowed global. */
    Object call(TorchGlobal function, List<Object> arguments, int offset) throws InvalidCheckpointException {
        Object result =
                switch (function) {
                    case ORDERED_DICT -> arguments.isEmpty() ? new PickleDict(PickleDict.Kind.ORDERED_DICT) : null;
                        // Up to PyTorch 0.3, which had no gradients of tensors.
                    case REBUILD_TENSOR -> arguments.size() == 4 ? view(arguments, offset) : null;
                    case REBUILD_TENSOR_V2 -> arguments.size() == 6 ? tensor(arguments, offset) : null;
                    case REBUILD_PARAMETER -> parameter(arguments);
                    default -> null;
                };
        if (result == null) {
            throw unsafe("calls " + function.qualifiedName() + " with arguments other than a weight's", offset);
        }
        return result;
    }

    /** The storage of a persistent id: ("storage", type, key, device, elements), in old files followed by a view. */
    TorchStorage storage(Object id, int offset) throws InvalidCheckpointException {
        if (id instanceof PickleTuple tuple
                && (tuple.items().size() == 5 || tuple.items().size() == 6)
                && "storage".equals(tuple.items().get(0))
                && tuple.items().get(1) instanceof TorchGlobal type
                && type.isStorage()
                && tuple.items().get(2) instanceof String key
                && STORAGE_KEY.matcher(key).matches()
                && tuple.items().get(3) instanceof String
                && tuple.items().get(4) instanceof Long count
                && (tuple.items().size() == 5 || tuple.items().get(5) == null)) {
            if (count < 0 || count > Long.MAX_VALUE / type.bytes()) {
                throw damaged("declares a storage of " + count + " elements", offset);
            }
            TorchStorage storage = new TorchStorage(key, type, count);
            TorchStorage known = storages.putIfAbsent(key, storage);
            if (known != null && !known.equals(storage)) {
                throw damaged("declares storage " + key + " twice and differently", offset);
            }
            return storage;
        }
        throw unsafe("has a persistent id that is no plain storage", offset);
    }

    /** (storage, offset, size, stride, requires_grad, hooks); null where the arguments are others. */
    private TorchTensor tensor(List<Object> arguments, int offset) throws InvalidCheckpointException {
        return arguments.get(4) instanceof Boolean && isEmptyDict(arguments.get(5)) ? view(arguments, offset) : null;
    }

    /** (storage, offset, size, stride) and what follows; null where these are others. */
    private TorchTensor view(List<Object> arguments, int offset) throws InvalidCheckpointException {
        if (arguments.get(0) instanceof TorchStorage storage
                && arguments.get(1) instanceof Long first
                && arguments.get(2) instanceof PickleTuple size
                && arguments.get(3) instanceof PickleTuple stride) {
            TorchTensor tensor = new TorchTensor(storage, first, longs(size, offset), longs(stride, offset));
            if (!fits(tensor)) {
                throw damaged(
                        "declares a tensor of shape " + tensor.shape() + " and strides " + tensor.strides()
                                + " that does not fit its storage of " + storage.count() + " elements",
                        offset);
            }
            return tensor;
        }
        return null;
    }

    /** (tensor, requires_grad, hooks); null where the arguments are others. */
    private static TorchTensor parameter(List<Object> arguments) {
        return arguments.size() == 3
                        && arguments.get(0) instanceof TorchTensor tensor
                        && arguments.get(1) instanceof Boolean
                        && isEmptyDict(arguments.get(2))
                ? tensor
                : null;
    }

    private static boolean isEmptyDict(Object value) {
        return value instanceof PickleDict dict && dict.entries().isEmpty();
    }

    private List<Long> longs(PickleTuple tuple, int offset) throws InvalidCheckpointException {
        if (tuple.items().size() > MAX_RANK) {
            throw damaged("declares a tensor of more than " + MAX_RANK + " dimensions", offset);
        }
        List<Long> longs = new ArrayList<>();
        for (Object item : tuple.items()) {
            if (!(item instanceof Long size) || size < 0) {
                throw damaged("declares a tensor whose sizes or strides are not whole numbers from 0", offset);
            }
            longs.add(size);
        }
        return List.copyOf(longs);
    }

    private static boolean fits(TorchTensor tensor) {
        if (tensor.offset() < 0 || tensor.shape().size() != tensor.strides().size()) {
            return false;
        }
        try {
            long elements = StoredTensor.elements(tensor.shape());
            Math.multiplyExact(elements, tensor.storage().type().bytes());
            long last = tensor.offset();
            for (int i = 0; i < tensor.shape().size(); i++) {
                long steps = tensor.shape().get(i) - 1;
                last = Math.addExact(
                        last, Math.multiplyExact(steps, tensor.strides().get(i)));
            }
            return elements == 0
                    ? tensor.offset() <= tensor.storage().count()
                    : last < tensor.storage().count();
        } catch (ArithmeticException e) {
            return false;
        }
    }

    private InvalidCheckpointException unsafe(String what, int offset) {
        return InvalidCheckpointException.unsafe(source, "its pickle " + what + " (byte " + offset + ")");
    }

    private InvalidCheckpointException damaged(String what, int offset) {
        return InvalidCheckpointException.damaged(source, "its pickle " + what + " (byte " + offset + ")");
    }
}
