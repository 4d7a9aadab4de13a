package io.promptmill.checkpoint;

import io.promptmill.Sha256;
import io.promptmill.files.CheckedFile;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.SteadyFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** SHA-256 over the files of a checkpoint that can change the output. */
final class CheckpointDigest {
    private static final List<String> SMALL_FILES = List.of(
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt");

    /** A whole number of blocks. */
    private static final int WINDOW_BYTES = 64 * SteadyFile.BLOCK_BYTES;

    private CheckpointDigest() {}

    /**
     * The digest in hexadecimal digits. Every name and content is preceded by its length, so that no two sets of files
     * make the same stream.
     */
    static String of(CheckpointFolder folder, List<String> weightFiles) throws InvalidCheckpointException, IOException {
        List<String> files = new ArrayList<>(weightFiles);
        SMALL_FILES.stream().filter(folder::isFile).forEach(files::add);
        files.sort(Comparator.naturalOrder());
        MessageDigest sha256 = Sha256.newDigest();
        byte[] window = new byte[WINDOW_BYTES];
        for (String file : files) {
            byte[] name = file.getBytes(StandardCharsets.UTF_8);
            sha256.update(length(name.length));
            sha256.update(name);
            try (CheckedFile content = folder.file(file).openWhereverItLies()) {
                sha256.update(length(content.size()));
                for (long done = 0; done < content.size(); done += window.length) {
                    int count = (int) Math.min(window.length, content.size() - done);
                    content.read(done, window, count);
                    sha256.update(window, 0, count);
                }
            }
        }
        return Sha256.hex(sha256.digest());
    }

    /** The digest of an adapter and its base, each digested with its folder's files. */
    static String of(String adapter, String base) {
        return Sha256.hex(Sha256.newDigest().digest((adapter + base).getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] length(long bytes) {
        return ByteBuffer.allocate(Long.BYTES).putLong(bytes).array();
    }
}
