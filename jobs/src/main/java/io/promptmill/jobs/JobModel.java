package io.promptmill.jobs;

import io.promptmill.Problem;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.compile.CompiledModel;
import io.promptmill.compile.ModelCompiler;
import io.promptmill.compile.Precision;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.spark.shipping.RemoteCheckpoint;
import io.promptmill.tokenizer.CheckpointTokenizer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.network.util.JavaUtils;

/** The model of a run on the driver: its checkpoint and tokenizer, and a folder for what is made of them. */
final class JobModel implements AutoCloseable {
    private final String location;
    private final Path work;
    private final Checkpoint checkpoint;
    private final CheckpointTokenizer tokenizer;

    private JobModel(String location, Path work, Checkpoint checkpoint, CheckpointTokenizer tokenizer) {
        this.location = location;
        this.work = work;
        this.checkpoint = checkpoint;
        this.tokenizer = tokenizer;
    }

    /**
     * Opens and checks the named checkpoint, or the sample model.
     *
     * @param base the location of an adapter's base; empty where none is named
     */
    static JobModel open(Optional<String> model, Optional<String> base, Configuration hadoop)
            throws RefusalException, IOException {
        Path work = Files.createTempDirectory("promptmill-");
        JobModel opened = null;
        try {
            String location = model.orElse(SampleModel.NAME);
            Checkpoint checkpoint = model.isPresent()
                    ? RemoteCheckpoint.open(location, localBase(base, hadoop), hadoop)
                    : Checkpoint.open(sample(work));
            opened = new JobModel(location, work, checkpoint, CheckpointTokenizer.read(checkpoint.tokenizerFolder()));
            return opened;
        } catch (InvalidCheckpointException e) {
            throw refused(e);
        } catch (IOException e) {
            throw unreadable("--model", model.orElse(SampleModel.NAME), e);
        } finally {
            if (opened == null) {
                JavaUtils.deleteRecursively(work.toFile());
            }
        }
    }

    private static Optional<String> localBase(Optional<String> base, Configuration hadoop) throws RefusalException {
        if (base.isEmpty()) {
            return base;
        }
        try {
            return Optional.of(RemoteCheckpoint.localCopy(base.get(), hadoop).toString());
        } catch (IOException e) {
            throw unreadable("--base-model", base.get(), e);
        }
    }

    private static RefusalException unreadable(String option, String location, IOException e) {
        Problem problem = e instanceof FileNotFoundException
                ? new Problem(
                        "model_missing",
                        option + " " + location + " is not there",
                        Failures.rootMessage(e),
                        "correct the path, or leave " + option + " out")
                : new Problem(
                        "model_unreadable",
                        option + " " + location + " cannot be read",
                        Failures.rootMessage(e),
                        "check the folder and the rights of this user");
        return new RefusalException(ExitCode.MODEL_REFUSED, problem, e);
    }

    /** Where the checkpoint came from. */
    String location() {
        return location;
    }

    Checkpoint checkpoint() {
        return checkpoint;
    }

    CheckpointTokenizer tokenizer() {
        return tokenizer;
    }

    /** Sentences a user should see. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>(checkpoint.warnings());
        warnings.addAll(tokenizer.warnings(checkpoint.shape().vocabulary()));
        return warnings;
    }

    /** Begins to compute the checkpoint's digest, which reads all its weights, so that it is there when it is asked for. */
    void beginDigest() {
        // One that fails is computed again by whoever needs it, and fails there.
        var unused = CompletableFuture.supplyAsync(() -> {
            try {
                return Optional.of(digest());
            } catch (RefusalException e) {
                return Optional.empty();
            }
        });
    }

    /** The digest of the checkpoint; refuses one whose files have changed since it was opened. */
    String digest() throws RefusalException {
        try {
            return checkpoint.digest();
        } catch (InvalidCheckpointException e) {
            throw refused(e);
        } catch (IOException e) {
            throw unreadable("--model", location, e);
        }
    }

    /** Writes the TorchScript archive; refuses a checkpoint whose files have changed since it was opened or digested. */
    CompiledModel compile(Precision precision) throws RefusalException, IOException {
        try {
            return ModelCompiler.compile(checkpoint, precision, work.resolve("model.pt"));
        } catch (InvalidCheckpointException e) {
            throw refused(e);
        }
    }

    @Override
    public void close() throws IOException {
        checkpoint.close();
        JavaUtils.deleteRecursively(work.toFile());
    }

    private static RefusalException refused(InvalidCheckpointException e) {
        return new RefusalException(ExitCode.MODEL_REFUSED, e.problem(), e);
    }

    private static Path sample(Path work) throws IOException {
        Path folder = Files.createDirectory(work.resolve(SampleModel.NAME));
        SampleModel.copyTo(folder);
        return folder;
    }
}
