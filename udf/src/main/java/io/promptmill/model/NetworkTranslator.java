package io.promptmill.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import java.util.List;
import java.util.function.Function;

/**
 * DJL's translator of {@link NetworkCall}s: arguments to tensors, results to what the caller wants of them. All tensors
 * end with the call but those that are given to an owner. Stateless.
 *
 * @param <R> what a caller gets
 */
final class NetworkTranslator<R> implements NoBatchifyTranslator<NetworkCall, R> {
    /** DJL's way to call another method than {@code forward}: {@code IValueUtils.getInputs} of its PyTorch engine. */
    private static final String METHOD = "module_method:";

    private final Function<NDList, R> results;

    private NetworkTranslator(Function<NDList, R> results) {
        this.results = results;
    }

    /** Gives floating-point results as arrays. */
    static NetworkTranslator<List<double[]>> toNumbers() {
        return new NetworkTranslator<>(outputs -> outputs.stream()
                .filter(output -> output.getDataType().isFloating())
                .map(output -> output.toType(DataType.FLOAT64, false).toDoubleArray())
                .toList());
    }

    /** Gives results as they are, from now on the owner's to close. Their type may be one that DJL does not know: bfloat16. */
    static NetworkTranslator<List<NDArray>> toTensors(NDManager owner) {
        return new NetworkTranslator<>(outputs -> {
            outputs.attach(owner);
            return List.copyOf(outputs);
        });
    }

    @Override
    public NDList processInput(TranslatorContext context, NetworkCall call) {
        NDManager device = context.getNDManager();
        // Results are attached to the manager of the first input: it must end with the call.
        NDArray method = device.create(0f);
        method.setName(METHOD + call.method());
        NDList inputs = new NDList(method);
        inputs.addAll(call.arguments().apply(device, device.newSubManager(Device.cpu())));
        inputs.addAll(call.resident());
        return inputs;
    }

    @Override
    public R processOutput(TranslatorContext context, NDList outputs) {
        return results.apply(outputs);
    }
}
