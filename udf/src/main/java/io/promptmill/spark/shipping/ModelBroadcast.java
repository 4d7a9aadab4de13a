package io.promptmill.spark.shipping;

import io.promptmill.Sha256;
import io.promptmill.compile.CompiledModel;
import io.promptmill.tokenizer.CheckpointTokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * A small handle, which travels with tasks, of a compiled model and its tokenizer. The archive itself travels in many small
 * broadcasts: a single one would take several times the archive's size of heap. Immutable; whoever made it unpersists it
 * when no job needs it any more.
 */
public final class ModelBroadcast implements Serializable {
    private static final long serialVersionUID = 1;
    /** Together with the bytes that Java puts around an array, a whole number of the pieces in which Spark sends it. */
    private static final int BLOCK_BYTES = (16 << 20) - 64;

    private final List<Broadcast<byte[]>> blocks;
    private final Broadcast<TokenizerDefinition> tokenizer;
    private final String whyNoTokenizer;
    private final long loadedBytes;
    private final String archiveDigest;
    private final String digest;

    private ModelBroadcast(
            List<Broadcast<byte[]>> blocks,
            Broadcast<TokenizerDefinition> tokenizer,
            String whyNoTokenizer,
            CompiledModel model,
            String digest) {
        this.blocks = blocks;
        this.tokenizer = tokenizer;
        this.whyNoTokenizer = whyNoTokenizer;
        this.loadedBytes = model.loadedBytes();
        this.archiveDigest = model.digest();
        this.digest = digest;
    }

    /**
     * Broadcasts a model; its file is not needed afterwards.
     *
     * @throws IOException when the archive cannot be read
     */
    public static ModelBroadcast of(JavaSparkContext context, CompiledModel model, CheckpointTokenizer tokenizer)
            throws IOException {
        TokenizerDefinition definition = tokenizer.definition().orElse(null);
        List<Broadcast<byte[]>> blocks = new ArrayList<>();
        try (InputStream archive = Files.newInputStream(model.archive())) {
            long left = model.bytes();
            while (left > 0) {
                byte[] block = new byte[(int) Math.min(BLOCK_BYTES, left)];
                // One that ends early is found by its digest where it arrives.
                archive.readNBytes(block, 0, block.length);
                blocks.add(context.broadcast(block));
                left -= block.length;
            }
        }
        MessageDigest digest = Sha256.newDigest();
        digest.update(model.digest().getBytes(StandardCharsets.UTF_8));
        if (definition != null) {
            digest.update(definition.canonicalJson().getBytes(StandardCharsets.UTF_8));
        }
        return new ModelBroadcast(
                List.copyOf(blocks),
                definition == null ? null : context.broadcast(definition),
                tokenizer.whyNone().orElse(null),
                model,
                Sha256.hex(digest.digest()));
    }

    /** The tokenizer, or empty where there is none. */
    public Optional<TokenizerDefinition> tokenizer() {
        return Optional.ofNullable(tokenizer).map(Broadcast::value);
    }

    /** Why there is no tokenizer, or empty where there is one. */
    public Optional<String> whyNoTokenizer() {
        return Optional.ofNullable(whyNoTokenizer);
    }

    /** SHA-256 over archive and tokenizer, in hexadecimal digits. */
    public String digest() {
        return digest;
    }

    /** Memory that the weights take once they are loaded. */
    public long loadedBytes() {
        return loadedBytes;
    }

    /**
     * Writes the archive to a file, block by block, so that one block at a time is on the heap for it.
     *
     * @param directory created where it is missing
     * @return the file, which appears whole or not at all; the caller deletes it
     * @throws IOException when it cannot be written, or is not what was broadcast
     */
    public Path materialize(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path part = Files.createTempFile(directory, "promptmill-", ".part");
        try {
            MessageDigest sha256 = Sha256.newDigest();
            try (OutputStream out = new DigestOutputStream(Files.newOutputStream(part), sha256)) {
                for (Broadcast<byte[]> block : blocks) {
                    out.write(block.value());
                }
            }
            String found = Sha256.hex(sha256.digest());
            if (!found.equals(archiveDigest)) {
                throw new IOException("The model arrived with digest " + found + " instead of " + archiveDigest
                        + ": its file changed while it was broadcast, or a block was damaged on its way. Run again.");
            }
            // The part's own name is unique, so that executors may share a folder.
            String name = part.getFileName().toString().replace(".part", ".pt");
            return Files.move(part, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /**
     * Frees the executors' copies; a task that still needs them fetches them anew. Does nothing where Spark has been stopped:
     * its failure would be told in the place of the run's.
     *
     * @param spark what it was broadcast by
     */
    public void unpersist(JavaSparkContext spark) {
        if (spark.sc().isStopped()) {
            return;
        }
        blocks.forEach(Broadcast::unpersist);
        if (tokenizer != null) {
            tokenizer.unpersist();
        }
    }
}
