package io.promptmill.compile;

import io.promptmill.checkpoint.Checkpoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of an archive: those of a checkpoint as they are or as whole numbers of 8 bits, each once however often it is
 * asked for. Single-threaded.
 */
final class NetworkTensors {
    private final Checkpoint checkpoint;
    private final Map<String, TensorEntry> entries = new LinkedHashMap<>();
    private final Map<String, Int8Weight> int8Weights = new LinkedHashMap<>();

    NetworkTensors(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
    }

    /** In the order of their keys. */
    List<TensorEntry> all() {
        return List.copyOf(entries.values());
    }

    TensorEntry asStored(String name) {
        return entries.computeIfAbsent(name, absent -> TensorEntry.of(nextKey(), checkpoint.tensor(name)));
    }

    TensorEntry int8(String name, Int8Weight.Outputs outputs) {
        return entries.computeIfAbsent(name + " int8", absent -> {
            Int8Weight weight = weight(name, outputs);
            return TensorEntry.of(nextKey(), StorageType.INT8, weight.shape(), weight::values);
        });
    }

    /** What the numbers of {@link #int8} are to be multiplied with, one for each output. */
    TensorEntry int8Scales(String name, Int8Weight.Outputs outputs) {
        return entries.computeIfAbsent(name + " scales", absent -> {
            Int8Weight weight = weight(name, outputs);
            return TensorEntry.of(nextKey(), StorageType.FLOAT, List.of((long) weight.outputCount()), weight::scales);
        });
    }

    /** One and the same for its values and for its scales, which then are computed once. */
    private Int8Weight weight(String name, Int8Weight.Outputs outputs) {
        return int8Weights.computeIfAbsent(name, absent -> new Int8Weight(checkpoint.tensor(name), outputs));
    }

    private String nextKey() {
        return Integer.toString(entries.size());
    }
}
