package io.promptmill.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/** Calls single methods of the compiled network, for tests that compare tensors. */
final class NetworkProbe implements AutoCloseable {
    private final NetworkCaller network;

    NetworkProbe(LoadedModel model) {
        this.network = model.newCaller();
    }

    /** Settings of a row of {@code next_tokens}, all off but sampling. */
    static double[] parameters() {
        return new double[] {1, 1, 0, 1, 0, 1, 1};
    }

    /** An argument: its values with their shape, made anew for each call. */
    interface Argument {
        NDArray create(NDManager manager);

        static Argument of(double[] values, long... shape) {
            return manager -> manager.create(values, new Shape(shape));
        }

        static Argument of(float[] values, long... shape) {
            return manager -> manager.create(values, new Shape(shape));
        }

        static Argument of(long[] values, long... shape) {
            return manager -> manager.create(values, new Shape(shape));
        }
    }

    /** The float64 results of a method. */
    List<double[]> call(String method, Argument... arguments) {
        return network.call(method, List.of(), (device, host) -> {
            List<NDArray> arrays = new ArrayList<>();
            for (Argument argument : arguments) {
                arrays.add(argument.create(device));
            }
            return arrays;
        });
    }

    @Override
    public void close() {
        network.close();
    }
}
