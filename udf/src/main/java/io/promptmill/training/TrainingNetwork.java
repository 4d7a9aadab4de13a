package io.promptmill.training;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.model.LoadedModel;
import io.promptmill.model.NetworkCaller;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The methods of {@code training.py} in a loaded archive, called with Java's values. Single-threaded; owns its model. */
final class TrainingNetwork implements AutoCloseable {
    private static final double[] NOTHING = {};

    private final Model model;
    private final NetworkCaller network;

    private TrainingNetwork(Model model) {
        this.model = model;
        this.network = NetworkCaller.ofLearning(model);
    }

    /** Loads an archive, in the form in which gradients can be asked for. */
    static TrainingNetwork load(Path archive, String device) throws IOException {
        LoadedModel.configureEngine();
        String name = archive.getFileName().toString();
        Model model = Model.newInstance(name, Device.fromName(device), "PyTorch");
        try {
            model.load(archive.toAbsolutePath().getParent(), name, Map.of("mapLocation", "true", "trainParam", "true"));
            return new TrainingNetwork(model);
        } catch (MalformedModelException | IOException | RuntimeException e) {
            model.close();
            throw new IOException("Cannot load the model to train " + archive + " on " + device, e);
        }
    }

    /** Calls a method with whole numbers; gives the numbers of its result where they are not whole. */
    double[] numbers(String method, long... arguments) {
        List<double[]> results = network.call(
                method,
                List.of(),
                (device, host) -> arguments.length == 0 ? List.of() : List.of(host.create(arguments)));
        return results.isEmpty() ? NOTHING : results.get(0);
    }

    /** Calls a method with numbers; gives the first number of its result. */
    double number(String method, double[] arguments) {
        return network.call(method, List.of(), (device, host) -> List.of(host.create(arguments)))
                .get(0)[0];
    }

    /** Calls a method with token ids, and numbers where there are any; gives the first number of its result. */
    double number(String method, TokenBlocks batch, double... arguments) {
        return network.call(method, List.of(), (device, host) -> {
                    List<NDArray> all = new ArrayList<>();
                    all.add(device.create(batch.ids(), new Shape(batch.rows(), batch.length())));
                    if (arguments.length > 0) {
                        all.add(host.create(arguments));
                    }
                    return all;
                })
                .get(0)[0];
    }

    /** The shape of the first tensor that a method gives. */
    List<Long> shape(String method, long... arguments) {
        try (NDManager owner = model.getNDManager().newSubManager()) {
            return Arrays.stream(network.make(owner, method, arguments)
                            .get(0)
                            .getShape()
                            .getShape())
                    .boxed()
                    .toList();
        }
    }

    /** A copy of the values of one of the tensors that a method gives. */
    ByteBuffer values(String method, int result, long... arguments) {
        try (NDManager owner = model.getNDManager().newSubManager()) {
            return network.make(owner, method, arguments)
                    .get(result)
                    .toByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Calls a method with a whole number and tensors of float32. */
    void put(String method, long number, List<Tensor> tensors) throws InvalidCheckpointException, IOException {
        List<ByteBuffer> values = new ArrayList<>();
        for (Tensor tensor : tensors) {
            values.add(tensor.data());
        }
        network.call(method, List.of(), (device, host) -> {
            List<NDArray> all = new ArrayList<>();
            all.add(host.create(new long[] {number}));
            for (int i = 0; i < values.size(); i++) {
                all.add(device.create(values.get(i), new Shape(tensors.get(i).shape()), DataType.FLOAT32));
            }
            return all;
        });
    }

    @Override
    public void close() {
        network.close();
        model.close();
    }
}
