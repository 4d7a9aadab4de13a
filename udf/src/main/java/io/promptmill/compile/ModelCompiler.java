package io.promptmill.compile;

import io.promptmill.checkpoint.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Checkpoint to TorchScript archive. The weights go in as the checkpoint has them, bit for bit, or quantised to 8 bits;
 * the network is text from this package's resources. The same checkpoint always gives the same bytes. Stateless.
 */
public final class ModelCompiler {
    private static final String NETWORK = "gpt2.py";

    private ModelCompiler() {}

    /**
     * Writes the archive.
     *
     * @param checkpoint open; not closed here
     * @param precision the arithmetic of the compiled model
     * @param archive the file to write, replaced if there
     * @throws IOException when it cannot be written
     */
    public static CompiledModel compile(Checkpoint checkpoint, Precision precision, Path archive) throws IOException {
        Gpt2Module module = new Gpt2Module(checkpoint, precision);
        try (TorchScriptArchive file = new TorchScriptArchive(archive, "gpt2")) {
            file.module(module.pickle(), networkText());
            for (TensorEntry tensor : module.tensors()) {
                file.tensor(tensor);
            }
        }
        return new CompiledModel(archive, Files.size(archive), sha256(archive));
    }

    private static String networkText() {
        try (InputStream text = ModelCompiler.class.getResourceAsStream(NETWORK)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digested = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digested.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digested.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
