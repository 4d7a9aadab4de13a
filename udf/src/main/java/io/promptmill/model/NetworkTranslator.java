package io.promptmill.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import java.util.List;

/** Calls to tensors and floating-point results back to arrays; all tensors made here end with the call. Stateless. */
final class NetworkTranslator implements NoBatchifyTranslator<NetworkCall, List<double[]>> {
    /** DJL's way to call another method than {@code forward}: {@code IValueUtils.getInputs} of its PyTorch engine. */
    private static final String METHOD = "module_method:";

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
    public List<double[]> processOutput(TranslatorContext context, NDList outputs) {
        return outputs.stream()
                .filter(output -> output.getDataType().isFloating())
                .map(output -> output.toType(DataType.FLOAT64, false).toDoubleArray())
                .toList();
    }
}
