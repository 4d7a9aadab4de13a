package io.promptmill.pretrained;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.compile.CompiledModel;
import io.promptmill.compile.ModelCompiler;
import io.promptmill.compile.Precision;
import io.promptmill.family.Dropout;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.WorkFolder;
import io.promptmill.hub.HubName;
import io.promptmill.pretrained.ModelSource.Folders;
import io.promptmill.tokenizer.CheckpointTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pretrained model in Hugging Face layout, opened and checked: its checkpoint, its tokenizer, and the archive that is
 * compiled from them. Closing it deletes the archive and all that was copied to open it; whoever opened it closes it.
 * Thread-safe, but for compiling, which one thread does at a time.
 */
public final class PretrainedModel implements AutoCloseable {
    private final WorkFolder work;
    private final Checkpoint checkpoint;
    private final CheckpointTokenizer tokenizer;
    private final Optional<ModelVersion> version;
    private final Folders folders;

    private PretrainedModel(WorkFolder work, Folders folders, Checkpoint checkpoint)
            throws InvalidCheckpointException, IOException {
        this.work = work;
        this.folders = folders;
        this.checkpoint = checkpoint;
        this.tokenizer = CheckpointTokenizer.read(checkpoint.tokenizerFolder());
        this.version = version(folders.model());
    }

    /**
     * Brings a model here, and reads and checks it; the weights' values are not read yet.
     *
     * @throws InvalidCheckpointException when it cannot be used as it is
     * @throws IOException when it cannot be read
     * @throws UncheckedIOException when this machine has no room for temporary files
     */
    public static PretrainedModel open(ModelSource source) throws InvalidCheckpointException, IOException {
        WorkFolder work = workFolder();
        PretrainedModel opened = null;
        try {
            Folders folders = source.bring(work.path());
            try {
                Checkpoint checkpoint = folders.base().isPresent()
                        ? Checkpoint.open(folders.model(), folders.base().get())
                        : Checkpoint.open(folders.model());
                opened = new PretrainedModel(work, folders, checkpoint);
                return opened;
            } catch (InvalidCheckpointException e) {
                throw folders.explain(e);
            }
        } finally {
            if (opened == null) {
                work.close();
            }
        }
    }

    // Whatever else is called promptmill.json is no reason to refuse a model.
    private static Optional<ModelVersion> version(Path folder) throws IOException {
        try {
            Optional<String> text = new LocalFolders().text(folder.toString(), ModelVersion.FILE);
            return text.isPresent() ? Optional.of(ModelVersion.parse(text.get())) : Optional.empty();
        } catch (InvalidCheckpointException e) {
            return Optional.empty();
        }
    }

    // Unchecked: it is no fault of the model's.
    private static WorkFolder workFolder() {
        try {
            return WorkFolder.create();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Configuration, weights, and the settings that the model's own files give. */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /** The tokenizer, or why there is none to use. */
    public CheckpointTokenizer tokenizer() {
        return tokenizer;
    }

    /** What its folder says of the version that it is; empty where it is none. */
    public Optional<ModelVersion> version() {
        return version;
    }

    /** What the hub calls it, with the commit; empty where it does not come from there. */
    public Optional<HubName> hubName() {
        return folders.hubName();
    }

    /** What the hub calls an adapter's base, with the commit; empty where there is none, or it does not come from there. */
    public Optional<HubName> baseHubName() {
        return folders.baseHubName();
    }

    /** Sentences a user should see. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>(folders.warnings());
        warnings.addAll(checkpoint.warnings());
        warnings.addAll(tokenizer.warnings(checkpoint.shape().vocabulary()));
        return warnings;
    }

    /**
     * Writes the TorchScript archive, in the place of one that was compiled before.
     *
     * @return the archive, there until this is closed
     * @throws InvalidCheckpointException when a file is not what it was when it was opened or digested
     * @throws IOException when one cannot be read, or the archive not be written
     */
    public CompiledModel compile(Precision precision) throws InvalidCheckpointException, IOException {
        return ModelCompiler.compile(checkpoint, precision, work.path().resolve("model.pt"));
    }

    /**
     * Writes the TorchScript archive of the network that learns, in the place of one that was compiled before.
     *
     * @return the archive, there until this is closed
     * @throws InvalidCheckpointException when a file is not what it was when it was opened or digested
     * @throws IOException when one cannot be read, or the archive not be written
     */
    public CompiledModel compileForTraining(Dropout dropout, Precision precision)
            throws InvalidCheckpointException, IOException {
        return ModelCompiler.compileForTraining(
                checkpoint, dropout, precision, work.path().resolve("training.pt"));
    }

    @Override
    public void close() {
        checkpoint.close();
        work.close();
    }
}
