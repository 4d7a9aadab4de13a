package io.promptmill.jobs.finetune;

import io.promptmill.Problem;
import io.promptmill.family.Dropout;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.WorkFolder;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.model.JobModel;
import io.promptmill.jobs.tracking.ModelReference;
import io.promptmill.training.AddedTokens;
import io.promptmill.training.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * The model that a training starts from, on the driver: the one that was named, or made of it. Closing it deletes what was
 * made. Single-threaded.
 */
final class StartModel implements AutoCloseable {
    private final StartSettings settings;
    private final Configuration hadoop;
    private final WorkFolder made;
    /** The named model first, what was made of it after it. */
    private final Deque<JobModel> opened = new ArrayDeque<>();

    private StartModel(StartSettings settings, Configuration hadoop) throws IOException {
        this.settings = settings;
        this.hadoop = hadoop;
        this.made = WorkFolder.create();
    }

    /**
     * Opens it.
     *
     * @param planned the folder that the model's name stood for when the run began that is to be continued
     * @param seed of new weights
     */
    static StartModel open(StartSettings settings, Optional<String> planned, long seed, Configuration hadoop)
            throws RefusalException, IOException {
        StartModel start = new StartModel(settings, hadoop);
        boolean whole = false;
        try {
            start.make(planned, seed);
            whole = true;
            return start;
        } catch (InvalidCheckpointException e) {
            throw new RefusalException(ExitCode.MODEL_REFUSED, e.problem(), e);
        } catch (IllegalArgumentException e) {
            throw new RefusalException(
                    ExitCode.WRONG_USAGE,
                    new Problem(
                            "contradicting_options",
                            "the model that is asked for cannot be made",
                            e.getMessage(),
                            "change --n-layer, --n-head, --n-embd, --n-positions or --add-special-tokens"),
                    e);
        } finally {
            if (!whole) {
                start.close();
            }
        }
    }

    private void make(Optional<String> planned, long seed)
            throws RefusalException, InvalidCheckpointException, IOException {
        opened.add(JobModel.open(settings.model(), settings.baseModel(), planned, hadoop));
        if (!settings.addedTokens().isEmpty()) {
            Path folder = Files.createDirectory(made.path().resolve("resized"));
            AddedTokens.write(model().checkpoint(), settings.addedTokens(), folder);
            opened.add(JobModel.open(Optional.of(folder.toString()), Optional.empty(), hadoop));
        }
        if (settings.scratch().isPresent()) {
            StartSettings.Sizes sizes = settings.scratch().get();
            Path folder = Files.createDirectory(made.path().resolve("new"));
            new NewModel(sizes.nLayer(), sizes.nHead(), sizes.nEmbd(), sizes.nPositions())
                    .write(model().checkpoint().tokenizerFolder(), seed, folder);
            opened.add(JobModel.open(Optional.of(folder.toString()), Optional.empty(), hadoop));
        }
    }

    /** The model, opened and checked. */
    JobModel model() {
        return opened.getLast();
    }

    /** The model that was named, or the sample model. */
    JobModel named() {
        return opened.getFirst();
    }

    /** What its config.json says of dropout. */
    Dropout dropout() throws RefusalException, IOException {
        try {
            return model().checkpoint().dropout();
        } catch (InvalidCheckpointException e) {
            throw new RefusalException(ExitCode.MODEL_REFUSED, e.problem(), e);
        }
    }

    /** What records call it; empty for a model from scratch, which has no parent. */
    Optional<ModelReference> parent() throws RefusalException {
        return settings.scratch().isPresent()
                ? Optional.empty()
                : Optional.of(
                        new ModelReference(named().location(), named().version().orElse(null), named().digest()));
    }

    @Override
    public void close() {
        opened.forEach(JobModel::close);
        made.close();
    }
}
