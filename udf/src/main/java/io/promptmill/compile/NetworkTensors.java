package io.promptmill.compile;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.checkpoint.weights.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The tensors of an archive: those of a checkpoint as they are, as float32 or as whole numbers of 8 bits, each once however
 * often it is asked for. Single-threaded.
 */
final class NetworkTensors {
    private final Function<String, Tensor> source;
    private final Map<String, TensorEntry> entries = new LinkedHashMap<>();
    private final Map<String, Int8Weight> int8Weights = new LinkedHashMap<>();

    private NetworkTensors(Function<String, Tensor> source) {
        this.source = source;
    }

    /** In the types that the checkpoint has them in. */
    static NetworkTensors asStored(Checkpoint checkpoint) {
        return new NetworkTensors(checkpoint::tensor);
    }

    /** Whatever types the checkpoint has them in. */
    static NetworkTensors float32(Checkpoint checkpoint) {
        return new NetworkTensors(name -> checkpoint.tensor(name).asFloat32());
    }

    /** In the order of their keys. */
    List<TensorEntry> all() {
        return List.copyOf(entries.values());
    }

    TensorEntry of(String name) {
        return entries.computeIfAbsent(name, absent -> TensorEntry.of(nextKey(), source.apply(name)));
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
        return int8Weights.computeIfAbsent(name, absent -> new Int8Weight(source.apply(name), outputs));
    }

    private String nextKey() {
        return Integer.toString(entries.size());
    }
}
