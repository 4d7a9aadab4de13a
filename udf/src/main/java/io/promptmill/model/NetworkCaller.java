package io.promptmill.model;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.promptmill.generation.OutOfNativeMemoryException;
import java.util.List;
import java.util.function.BiFunction;

/** Calls methods of a loaded network, under a watchdog's eyes. Single-threaded; owns its predictor. */
final class NetworkCaller implements AutoCloseable {
    private final Model model;
    private final Predictor<NetworkCall, List<double[]>> predictor;
    private final Watchdog watchdog;

    /**
     * A caller of a model that stays the caller's to close.
     *
     * @param watchdog watches each call; null for none
     */
    NetworkCaller(Model model, Watchdog watchdog) {
        this.model = model;
        this.predictor = model.newPredictor(NetworkTranslator.toNumbers());
        this.watchdog = watchdog;
    }

    /**
     * Calls a method.
     *
     * @param resident its last arguments, which stay where they are
     * @param arguments makes the others, on the network's device and on the host
     * @throws OutOfNativeMemoryException when there is no memory for it
     */
    List<double[]> call(
            String method, List<NDArray> resident, BiFunction<NDManager, NDManager, List<NDArray>> arguments) {
        return call(predictor, new NetworkCall(method, arguments, resident));
    }

    /**
     * Calls a method that makes tensors.
     *
     * @param owner of the new tensors
     * @param numbers its only argument
     * @throws OutOfNativeMemoryException when there is no memory for them
     */
    List<NDArray> make(NDManager owner, String method, long... numbers) {
        try (Predictor<NetworkCall, List<NDArray>> maker = model.newPredictor(NetworkTranslator.toTensors(owner))) {
            return call(maker, NetworkCall.of(method, numbers));
        }
    }

    private <R> R call(Predictor<NetworkCall, R> caller, NetworkCall call) {
        try {
            return watchdog == null ? caller.predict(call) : watchdog.watch(call.method(), () -> caller.predict(call));
        } catch (TranslateException e) {
            if (NativeMemory.isRefused(e)) {
                throw new OutOfNativeMemoryException(e);
            }
            throw new IllegalStateException("The network failed in " + call.method(), e);
        }
    }

    @Override
    public void close() {
        predictor.close();
    }
}
