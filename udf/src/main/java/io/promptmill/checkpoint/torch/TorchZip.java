package io.promptmill.checkpoint.torch;

import io.promptmill.files.CheckedFile;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * The zip that {@code torch.save} writes since PyTorch 1.6: {@code ROOT/data.pkl} and one entry {@code ROOT/data/KEY} for
 * each storage (PyTorch's {@code torch/serialization.py}). Single-threaded.
 */
final class TorchZip {
    private static final int CRC_WINDOW_BYTES = 1 << 20;

    private final CheckedFile file;
    private final Map<String, ZipDirectory.Entry> entries;

    private TorchZip(CheckedFile file, Map<String, ZipDirectory.Entry> entries) {
        this.file = file;
        this.entries = entries;
    }

    static TorchState read(CheckedFile file) throws InvalidCheckpointException, IOException {
        return new TorchZip(file, ZipDirectory.read(file)).state();
    }

    private TorchState state() throws InvalidCheckpointException, IOException {
        String root = root();
        requireLittleEndian(root);
        ZipDirectory.Entry pickle = intact(root + "data.pkl");
        if (pickle.bytes() > PickleReader.MAX_BYTES) {
            throw file.damaged("its data.pkl has " + pickle.bytes() + " bytes");
        }
        PickleInput input =
                new PickleInput(file.read(pickle.dataOffset(), (int) pickle.bytes()), file.name() + "/data.pkl");
        TorchObjects objects = new TorchObjects(input.source());
        Object state = PickleReader.read(input, objects);
        if (!input.isAtEnd()) {
            throw input.damaged("is followed by other bytes");
        }
        Map<String, Long> offsets = new HashMap<>();
        for (TorchStorage storage : objects.storages()) {
            ZipDirectory.Entry entry = intact(root + "data/" + storage.key());
            if (entry.bytes() != storage.bytes()) {
                throw file.damaged("storage " + storage.key() + " should have " + storage.bytes() + " bytes but has "
                        + entry.bytes());
            }
            offsets.put(storage.key(), entry.dataOffset());
        }
        return new TorchState(state, offsets);
    }

    /** The folder that all entries are in, with a slash. */
    private String root() throws InvalidCheckpointException {
        String root = null;
        for (String name : entries.keySet()) {
            String folder = name.substring(0, name.indexOf('/') + 1);
            if (folder.isEmpty() || (root != null && !root.equals(folder))) {
                throw file.damaged("its zip is not one that torch.save wrote");
            }
            root = folder;
        }
        for (String name : entries.keySet()) {
            if (name.equals(root + "constants.pkl") || name.startsWith(root + "code/")) {
                throw InvalidCheckpointException.unsafe(
                        file.name(), "it is a TorchScript archive, a program rather than weights");
            }
        }
        return root == null ? "" : root;
    }

    private void requireLittleEndian(String root) throws InvalidCheckpointException, IOException {
        ZipDirectory.Entry order = entries.get(root + "byteorder");
        if (order != null) {
            ByteBuffer text = file.read(order.dataOffset(), (int) Math.min(order.bytes(), 16));
            if (!StandardCharsets.US_ASCII.decode(text).toString().equals("little")) {
                throw file.unsupported("its values are not little-endian");
            }
        }
    }

    /** The entry, its checksum compared. */
    private ZipDirectory.Entry intact(String name) throws InvalidCheckpointException, IOException {
        ZipDirectory.Entry entry = entries.get(name);
        if (entry == null) {
            throw file.damaged("its zip has no entry " + InvalidCheckpointException.quote(name));
        }
        CRC32 crc = new CRC32();
        for (long done = 0; done < entry.bytes(); done += CRC_WINDOW_BYTES) {
            // What is there when the values are used is told by the digest.
            crc.update(file.readForChecksum(
                    entry.dataOffset() + done, (int) Math.min(CRC_WINDOW_BYTES, entry.bytes() - done)));
        }
        // PyTorch can be told to leave the checksum out.
        if (entry.crc32() != 0 && entry.crc32() != (int) crc.getValue()) {
            throw file.damaged("the checksum of its zip entry " + InvalidCheckpointException.quote(name) + " is wrong");
        }
        return entry;
    }
}
