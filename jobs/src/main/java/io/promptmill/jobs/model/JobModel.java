package io.promptmill.jobs.model;

import io.promptmill.Problem;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.compile.CompiledModel;
import io.promptmill.compile.Precision;
import io.promptmill.family.Dropout;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.hub.HubName;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.pretrained.ModelMissingException;
import io.promptmill.pretrained.ModelName;
import io.promptmill.pretrained.ModelSource;
import io.promptmill.pretrained.ModelSource.Folders;
import io.promptmill.pretrained.ModelVersion;
import io.promptmill.pretrained.PretrainedModel;
import io.promptmill.pretrained.SampleModel;
import io.promptmill.spark.shipping.HadoopFolders;
import io.promptmill.spark.shipping.ModelBroadcast;
import io.promptmill.spark.shipping.RemoteCheckpoint;
import io.promptmill.spark.shipping.ShippedModels;
import io.promptmill.tokenizer.CheckpointTokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;

/** The model of a run on the driver: the pretrained model that was asked for, or the sample model; refusals name options. */
public final class JobModel implements AutoCloseable {
    private final String asked;
    private final String location;
    private final PretrainedModel model;

    private JobModel(String asked, String location, PretrainedModel model) {
        this.asked = asked;
        this.location = model.hubName().map(HubName::toString).orElse(location);
        this.model = model;
    }

    /**
     * Opens and checks the named checkpoint, or the sample model.
     *
     * @param model a folder, a version in one, or a model of the hub ({@link ModelName})
     * @param base the same of an adapter's base; empty where none is named
     */
    public static JobModel open(Optional<String> model, Optional<String> base, Configuration hadoop)
            throws RefusalException {
        return open(model, base, Optional.empty(), hadoop);
    }

    /**
     * As {@link #open(Optional, Optional, Configuration)}, for a run that goes on.
     *
     * @param planned what the model's name stood for when the run began: a folder, which is opened if it is still there, or
     *     a model of the hub at a commit
     */
    public static JobModel open(
            Optional<String> model, Optional<String> base, Optional<String> planned, Configuration hadoop)
            throws RefusalException {
        String asked = model.orElse(SampleModel.NAME);
        try {
            String location = model.isPresent() ? location(asked, planned, hadoop) : asked;
            ModelSource source = model.isPresent() ? work -> remote(location, base, work, hadoop) : SampleModel::bring;
            return new JobModel(asked, location, PretrainedModel.open(source));
        } catch (InvalidCheckpointException e) {
            throw refused(e);
        } catch (UnreadableBase e) {
            throw unreadable("--base-model", base.orElseThrow(), e.cause);
        } catch (IOException e) {
            throw unreadable("--model", asked, e);
        }
    }

    private static String location(String asked, Optional<String> planned, Configuration hadoop)
            throws InvalidCheckpointException, IOException {
        HadoopFolders folders = new HadoopFolders(hadoop);
        if (planned.isPresent() && (folders.isFolder(planned.get()) || new ModelName(planned.get()).isPinned())) {
            return planned.get();
        }
        return new ModelName(asked).location(folders);
    }

    private static Folders remote(String location, Optional<String> base, Path work, Configuration hadoop)
            throws InvalidCheckpointException, IOException {
        RemoteCheckpoint model = new RemoteCheckpoint(location, Optional.empty(), hadoop);
        if (base.isEmpty()) {
            return model.bring(work);
        }
        Folders named;
        try {
            named = new RemoteCheckpoint(base.get(), Optional.empty(), hadoop).bringAlone(work);
        } catch (IOException e) {
            throw new UnreadableBase(e);
        }
        return model.bringAlone(work).over(named);
    }

    /** Tells the option that was wrong. */
    private static final class UnreadableBase extends IOException {
        private static final long serialVersionUID = 1;

        private final IOException cause;

        UnreadableBase(IOException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    private static RefusalException unreadable(String option, String location, IOException e) {
        Problem problem = e instanceof ModelMissingException missing
                ? new Problem(
                        "model_missing",
                        option + " " + new ModelName(location).shown() + " is not there",
                        missing.why(),
                        missing.remedy() + ", or leave " + option + " out")
                : new Problem(
                        "model_unreadable",
                        option + " " + location + " cannot be read",
                        Failures.rootMessage(e),
                        "check the folder and the rights of this user");
        return new RefusalException(ExitCode.MODEL_REFUSED, problem, e);
    }

    /** What was asked for: a path, a version in one, or a name of the hub. */
    public String asked() {
        return asked;
    }

    /** Where the checkpoint came from: a path, or what the hub calls it, with the commit. */
    public String location() {
        return location;
    }

    /** The commit of the hub that it is, or the name of the version, by its own folder; empty where it is neither. */
    public Optional<String> version() {
        return model.hubName().flatMap(HubName::revision).or(() -> model.version()
                .map(ModelVersion::folderName));
    }

    /** What the hub calls it, with the commit; empty where it does not come from there. */
    public Optional<String> hubName() {
        return model.hubName().map(HubName::toString);
    }

    /** What the hub calls an adapter's base, with the commit; empty where there is none, or it does not come from there. */
    public Optional<String> baseHubName() {
        return model.baseHubName().map(HubName::toString);
    }

    /** The checked files; open as long as this is. */
    public Checkpoint checkpoint() {
        return model.checkpoint();
    }

    /** The tokenizer, or why there is none. */
    public CheckpointTokenizer tokenizer() {
        return model.tokenizer();
    }

    /**
     * The tokenizer of a run that reads texts; refuses a model that has none, or one that cannot be used.
     *
     * @param texts the run's texts, as a message calls them, with their verb: {@code the prompts are text}
     * @param instead what can be given in their place
     */
    public TokenizerDefinition tokenizerFor(String texts, String instead) throws RefusalException {
        Optional<TokenizerDefinition> definition = tokenizer().definition();
        if (definition.isEmpty()) {
            throw new RefusalException(
                    ExitCode.MODEL_REFUSED,
                    tokenizer()
                            .refusal()
                            .orElseGet(() -> new Problem(
                                    "tokenizer_missing",
                                    texts + " and " + location + " has no tokenizer",
                                    "a text cannot be read without one",
                                    "add tokenizer.json to the model's folder, or give " + instead)));
        }
        return definition.get();
    }

    /** Sentences a user should see. */
    public List<String> warnings() {
        return model.warnings();
    }

    /** Begins to compute the checkpoint's digest, which reads all its weights, so that it is there when it is asked for. */
    public void beginDigest() {
        // One that fails is computed again by whoever needs it, and fails there.
        var unused = CompletableFuture.supplyAsync(() -> {
            try {
                return Optional.of(digest());
            } catch (RefusalException e) {
                return Optional.empty();
            }
        });
    }

    /**
     * The digest of the checkpoint; refuses one whose files have changed since it was opened, or a version whose weights
     * have changed since it was published.
     */
    public String digest() throws RefusalException {
        try {
            String digest = model.checkpoint().digest();
            Optional<String> published = model.version().map(ModelVersion::digest);
            if (published.isPresent() && !published.get().equals(digest)) {
                throw changed(digest, published.get());
            }
            return digest;
        } catch (InvalidCheckpointException e) {
            throw refused(e);
        } catch (IOException e) {
            throw unreadable("--model", location, e);
        }
    }

    private RefusalException changed(String digest, String published) {
        return new RefusalException(
                ExitCode.MODEL_REFUSED,
                new Problem(
                        "version_changed",
                        "--model " + location + " has the SHA-256 " + digest + " and its " + ModelVersion.FILE
                                + " says " + InvalidCheckpointException.oneLine(published),
                        "a version never changes, so its weights were damaged or replaced",
                        "restore the version, or remove its " + ModelVersion.FILE
                                + " if it is to be a model like any"));
    }

    /** Writes the TorchScript archive; refuses a checkpoint whose files have changed since it was opened or digested. */
    public CompiledModel compile(Precision precision) throws RefusalException, IOException {
        try {
            return model.compile(precision);
        } catch (InvalidCheckpointException e) {
            throw refused(e);
        }
    }

    /**
     * Compiles and broadcasts it, unless that was done before in this Spark context, where it stays; refuses a checkpoint
     * whose files have changed since it was opened or digested.
     *
     * @param compiled told of the archive before it is broadcast; not called where it was broadcast before
     */
    public ModelBroadcast ship(SparkContext spark, Precision precision, Consumer<CompiledModel> compiled)
            throws RefusalException, IOException {
        try {
            return ShippedModels.ship(spark, model, precision, compiled);
        } catch (InvalidCheckpointException e) {
            throw refused(e);
        }
    }

    /** {@link #compile} of the network that learns. */
    public CompiledModel compileForTraining(Dropout dropout, Precision precision) throws RefusalException, IOException {
        try {
            return model.compileForTraining(dropout, precision);
        } catch (InvalidCheckpointException e) {
            throw refused(e);
        }
    }

    @Override
    public void close() {
        model.close();
    }

    private static RefusalException refused(InvalidCheckpointException e) {
        return new RefusalException(ExitCode.MODEL_REFUSED, e.problem(), e);
    }
}
