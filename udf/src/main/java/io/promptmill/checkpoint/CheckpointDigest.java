package io.promptmill.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
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

    private CheckpointDigest() {}

    /**
     * The digest in hexadecimal digits. Every name and content is preceded by its length, so that no two sets of files
     * make the same stream.
     */
    static String of(Path folder, List<Path> weightFiles) throws IOException {
        List<Path> files = new ArrayList<>(weightFiles);
        for (String name : SMALL_FILES) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                files.add(file);
            }
        }
        files.sort(Comparator.comparing(file -> file.getFileName().toString()));
        MessageDigest sha256 = sha256();
        for (Path file : files) {
            byte[] name = file.getFileName().toString().getBytes(StandardCharsets.UTF_8);
            sha256.update(length(name.length));
            sha256.update(name);
            sha256.update(length(Files.size(file)));
            try (InputStream content = Files.newInputStream(file);
                    OutputStream into = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
                content.transferTo(into);
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static byte[] length(long bytes) {
        return ByteBuffer.allocate(Long.BYTES).putLong(bytes).array();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
