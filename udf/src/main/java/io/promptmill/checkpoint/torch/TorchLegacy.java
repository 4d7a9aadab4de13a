package io.promptmill.checkpoint.torch;

import io.promptmill.files.CheckedFile;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The stream that {@code torch.save} wrote up to PyTorch 1.5: five pickles (magic number, protocol, machine, object,
 * storage keys), then for each key the number of elements and the elements (PyTorch's {@code torch/serialization.py},
 * {@code _legacy_save}).
 */
final class TorchLegacy {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final Object PROTOCOL = 1001L;

    private TorchLegacy() {}

    static TorchState read(CheckedFile file) throws InvalidCheckpointException, IOException {
        ByteBuffer head = file.read(0, (int) Math.min(file.size(), PickleReader.MAX_BYTES));
        PickleInput input = new PickleInput(head, file.name());
        TorchObjects objects = new TorchObjects(file.name());
        if (!MAGIC.equals(PickleReader.read(input, objects))) {
            throw file.damaged("it is a pickle but none that torch.save wrote");
        }
        if (!PROTOCOL.equals(PickleReader.read(input, objects))) {
            throw file.unsupported("it is of an unknown version of PyTorch's format");
        }
        if (!(PickleReader.read(input, objects) instanceof PickleDict machine)
                || !Boolean.TRUE.equals(machine.entries().get("little_endian"))) {
            throw file.unsupported("its values are not little-endian");
        }
        Object root = PickleReader.read(input, objects);
        if (!(PickleReader.read(input, objects) instanceof List<?> keys)) {
            throw file.damaged("it has no list of storages");
        }
        return new TorchState(root, offsets(file, input.position(), keys, objects));
    }

    private static Map<String, Long> offsets(CheckedFile file, long start, List<?> keys, TorchObjects objects)
            throws InvalidCheckpointException, IOException {
        Map<String, TorchStorage> awaited = new HashMap<>();
        for (TorchStorage storage : objects.storages()) {
            awaited.put(storage.key(), storage);
        }
        Map<String, Long> offsets = new HashMap<>();
        long position = start;
        for (Object key : keys) {
            TorchStorage storage = key instanceof String name ? awaited.remove(name) : null;
            if (storage == null) {
                throw file.damaged("it lists a storage that no tensor uses, or twice");
            }
            long count = file.read(position, Long.BYTES).getLong();
            if (count != storage.count()) {
                throw file.damaged(
                        "storage " + storage.key() + " should have " + storage.count() + " elements but has " + count);
            }
            position += Long.BYTES;
            file.requireWithin(position, storage.bytes());
            offsets.put(storage.key(), position);
            position += storage.bytes();
        }
        if (!awaited.isEmpty() || position != file.size()) {
            throw file.damaged("it lacks storages that its tensors use, or has bytes behind them");
        }
        return offsets;
    }
}
