package io.promptmill.training;

import io.promptmill.checkpoint.weights.SafetensorsFile;
import io.promptmill.checkpoint.weights.StoredTensor;
import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.SteadyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A file that {@link TrainingModel#writeState} wrote, checked against the model that goes on from it. Immutable. */
final class StateFile {
    private final Map<String, Tensor> tensors = new HashMap<>();

    /**
     * Checks that a file has exactly the tensors of a model; their values are read when they are asked for.
     *
     * @param expected those of the model
     */
    StateFile(Path file, List<Tensor> expected) throws InvalidCheckpointException, IOException {
        SteadyFile steady = new SteadyFile(file);
        for (StoredTensor stored : SafetensorsFile.read(steady)) {
            tensors.put(stored.name(), stored.open(stored.name()));
        }
        for (Tensor tensor : expected) {
            Tensor found = tensors.get(tensor.name());
            if (found == null) {
                throw otherModel(steady, "it lacks " + tensor.name());
            }
            if (found.dataType() != tensor.dataType() || !found.shape().equals(tensor.shape())) {
                throw otherModel(
                        steady,
                        tensor.name() + " is " + found.dataType() + " " + found.shape() + " and not "
                                + tensor.dataType() + " " + tensor.shape());
            }
        }
        if (tensors.size() > expected.size()) {
            throw otherModel(steady, "it has " + tensors.size() + " tensors and not " + expected.size());
        }
    }

    private static InvalidCheckpointException otherModel(SteadyFile file, String difference) {
        return InvalidCheckpointException.damaged(
                file.name(), "it is not the state of a training of this model: " + difference);
    }

    Tensor tensor(String name) {
        return tensors.get(name);
    }
}
