package io.promptmill.checkpoint.torch;

import io.promptmill.checkpoint.weights.ForeignFormat;
import io.promptmill.checkpoint.weights.StoredTensor;
import io.promptmill.files.CheckedFile;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.SteadyFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A {@code pytorch_model.bin}: a dictionary of tensors that {@code torch.save} wrote, as zip or as the older stream. Read
 * as data by an allowlist, without ever running anything; whatever a plain dictionary of tensors does not need refuses
 * the file by name and place.
 */
public final class TorchPickleFile {
    private static final int ZIP_MAGIC = 0x04034b50;

    private TorchPickleFile() {}

    /**
     * The file's tensors in its own order.
     *
     * @param warnings gets a sentence for each entry beside them that is no tensor, such as the number of an epoch
     */
    public static List<StoredTensor> read(SteadyFile file, List<String> warnings)
            throws InvalidCheckpointException, IOException {
        try (CheckedFile opened = file.open()) {
            if (opened.read(0, Integer.BYTES).getInt() == ZIP_MAGIC) {
                return tensors(opened, TorchZip.read(opened), warnings);
            }
            ForeignFormat.refuse(opened);
            return tensors(opened, TorchLegacy.read(opened), warnings);
        }
    }

    private static List<StoredTensor> tensors(CheckedFile file, TorchState state, List<String> warnings)
            throws InvalidCheckpointException {
        if (!(state.root() instanceof PickleDict dict)) {
            throw file.damaged("it holds no dictionary of tensors");
        }
        List<StoredTensor> tensors = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (Map.Entry<String, Object> entry : dict.entries().entrySet()) {
            if (entry.getValue() instanceof TorchTensor tensor) {
                TorchStorage storage = tensor.storage();
                // Cannot overflow: the tensor lies within its storage, and that within the file.
                long offset = state.storageOffsets().get(storage.key())
                        + tensor.offset() * storage.type().bytes();
                tensors.add(new StoredTensor(
                        entry.getKey(),
                        storage.type().dataType(),
                        tensor.shape(),
                        tensor.strides(),
                        file.file(),
                        offset));
            } else {
                others.add(file.name() + ": " + InvalidCheckpointException.quote(entry.getKey()) + " is no tensor");
            }
        }
        if (tensors.isEmpty() && !others.isEmpty()) {
            throw InvalidCheckpointException.unsupported(
                    others.get(0),
                    "a model's weights are a plain dictionary of tensors",
                    "save the model with save_pretrained, which writes nothing else");
        }
        others.forEach(other -> warnings.add(other + " and is ignored"));
        return tensors;
    }
}
