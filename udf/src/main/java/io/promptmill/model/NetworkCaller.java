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
    private final Predictor<NetworkCall, List<double[]>> predictor;
    private final Watchdog watchdog;

    /**
     * A caller of a model that stays the caller's to close.
     *
     * @param watchdog watches each call; null for none
     */
    NetworkCaller(Model model, Watchdog watchdog) {
        this.predictor = model.newPredictor(new NetworkTranslator());
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
        NetworkCall call = new NetworkCall(method, arguments, resident);
        try {
            return watchdog == null ? predictor.predict(call) : watchdog.watch(method, () -> predictor.predict(call));
        } catch (TranslateException e) {
            if (NativeMemory.isRefused(e)) {
                throw new OutOfNativeMemoryException(e);
            }
            throw new IllegalStateException("The network failed in " + method, e);
        }
    }

    @Override
    public void close() {
        predictor.close();
    }
}
