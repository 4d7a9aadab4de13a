package io.promptmill.model;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import io.promptmill.generation.OutOfNativeMemoryException;
import java.util.List;
import java.util.function.BiFunction;

/** Calls methods of a loaded network, under a watchdog's eyes. Single-threaded; owns its predictor. */
public final class NetworkCaller implements AutoCloseable {
    private final Model model;
    private final boolean learns;
    private final Predictor<NetworkCall, List<double[]>> predictor;
    private final Watchdog watchdog;

    /**
     * A caller of a model that stays the caller's to close.
     *
     * @param watchdog watches each call; null for none
     */
    NetworkCaller(Model model, Watchdog watchdog) {
        this(model, watchdog, false);
    }

    private NetworkCaller(Model model, Watchdog watchdog, boolean learns) {
        this.model = model;
        this.learns = learns;
        this.predictor = predictor(NetworkTranslator.toNumbers());
        this.watchdog = watchdog;
    }

    /** A caller of a network that computes gradients, under no one's eyes; the model stays the caller's to close. */
    public static NetworkCaller ofLearning(Model model) {
        return new NetworkCaller(model, null, true);
    }

    private <R> Predictor<NetworkCall, R> predictor(NetworkTranslator<R> translator) {
        return learns ? new LearningPredictor<>(model, translator) : model.newPredictor(translator);
    }

    /**
     * Calls a method.
     *
     * @param resident its last arguments, which stay where they are
     * @param arguments makes the others, on the network's device and on the host
     * @throws OutOfNativeMemoryException when there is no memory for it
     */
    public List<double[]> call(
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
    public List<NDArray> make(NDManager owner, String method, long... numbers) {
        try (Predictor<NetworkCall, List<NDArray>> maker = predictor(NetworkTranslator.toTensors(owner))) {
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

    /** What DJL computes in inference cannot have gradients. */
    private static final class LearningPredictor<R> extends Predictor<NetworkCall, R> {
        LearningPredictor(Model model, NetworkTranslator<R> translator) {
            super(model, translator, model.getNDManager().getDevice(), false);
        }

        @Override
        protected NDList predictInternal(TranslatorContext context, NDList inputs) {
            return block.forward(parameterStore, inputs, true);
        }
    }
}
