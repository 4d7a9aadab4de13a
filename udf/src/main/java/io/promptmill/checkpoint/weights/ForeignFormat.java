package io.promptmill.checkpoint.weights;

import io.promptmill.files.CheckedFile;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Other formats that people meet under the name of a weights file. */
public enum ForeignFormat {
    GIT_LFS("version https://git-lfs", 0, "a Git LFS pointer, not the weights themselves", "run 'git lfs pull'"),
    SEVEN_ZIP("7z\274\257'\34", 0, "a 7z archive", Remedies.SAVE_ANEW),
    GZIP("\37\213", 0, "gzip data", "unpack it first"),
    TAR("ustar", 257, "a tar archive, which PyTorch wrote before 0.1.10", Remedies.SAVE_ANEW),
    HDF5("\211HDF\r\n", 0, "an HDF5 file of Keras or TensorFlow", Remedies.SAVE_ANEW);

    private final String magic;
    private final int offset;
    private final String description;
    private final String remedy;

    ForeignFormat(String magic, int offset, String description, String remedy) {
        this.magic = magic;
        this.offset = offset;
        this.description = description;
        this.remedy = remedy;
    }

    /** Refuses a file of one of these formats by name. */
    public static void refuse(CheckedFile file) throws InvalidCheckpointException, IOException {
        for (ForeignFormat format : values()) {
            int bytes = format.magic.length();
            if (file.size() >= format.offset + bytes
                    && StandardCharsets.ISO_8859_1
                            .decode(file.read(format.offset, bytes))
                            .toString()
                            .equals(format.magic)) {
                throw InvalidCheckpointException.unsupported(
                        file.name() + " is " + format.description,
                        "weights are read from safetensors files and from what torch.save writes",
                        format.remedy);
            }
        }
    }

    private static final class Remedies {
        static final String SAVE_ANEW =
                "load the model with transformers where you trust it, and save it with save_pretrained";

        private Remedies() {}
    }
}
