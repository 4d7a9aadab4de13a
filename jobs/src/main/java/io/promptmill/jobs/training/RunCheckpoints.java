package io.promptmill.jobs.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.promptmill.Sha256;
import io.promptmill.jobs.lease.LeaseTicket;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.store.PendingFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run: folders {@code step-N} with {@code state.safetensors}, and {@code trainer.json}, which is
 * written last and tells the digest of the former. One counts when both are there and agree. Single-threaded; written by
 * the one task that trains.
 */
public final class RunCheckpoints {
    private static final Logger LOG = LoggerFactory.getLogger(RunCheckpoints.class);
    private static final String STATE = "state.safetensors";
    private static final String TRAINER = "trainer.json";
    private static final Pattern STEP_FOLDER = Pattern.compile("step-(\\d{1,18})");

    private final OutputFiles files;
    private final LeaseTicket lease;
    private final String folder;

    /**
     * The checkpoints of a run.
     *
     * @param files of the model's folder
     * @param lease asked before anything is written or removed
     * @param run its folder there
     */
    public RunCheckpoints(OutputFiles files, LeaseTicket lease, String run) {
        this.files = files;
        this.lease = lease;
        this.folder = run + "/checkpoints";
    }

    /** What a model writes of itself. */
    interface StateWriter {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * A checkpoint brought to this machine.
     *
     * @param trainer what is known beside the weights
     * @param file a copy of its {@code state.safetensors}, which the caller deletes
     */
    record Restored(TrainerState trainer, Path file) {}

    /** Writes a checkpoint; the training can go on from it once this has returned. */
    void save(StateWriter model, TrainerState state) throws IOException {
        lease.check(files);
        remove(state.step()); // what an attempt has left that came no further
        MessageDigest digest = Sha256.newDigest();
        String name = name(state.step(), STATE);
        try (PendingFile file = files.begin(name, UUID.randomUUID().toString())) {
            OutputStream out = new DigestOutputStream(file.stream(), digest);
            model.writeTo(out);
            out.flush();
            lease.check(files);
            if (!file.publish()) {
                throw new IOException(files.path(name) + " was written by another run meanwhile");
            }
        }
        TrainerState saved = state.saved(Sha256.hex(digest.digest()));
        String record = name(state.step(), TRAINER);
        if (!files.writeIfAbsent(record, Json.write(saved).getBytes(StandardCharsets.UTF_8))) {
            throw new IOException(files.path(record) + " was written by another run meanwhile");
        }
    }

    /** Removes all but the newest ones, so many of them, and the best one. */
    void retain(long newest, TrainerState.Best best) throws IOException {
        List<Long> steps = steps();
        for (int i = 0; i < steps.size(); i++) {
            if (i >= newest && (best == null || steps.get(i) != best.step())) {
                lease.check(files);
                remove(steps.get(i));
            }
        }
    }

    /** What is known of the newest checkpoint, without its weights. */
    public Optional<TrainerState> newest() throws IOException {
        for (long step : steps()) {
            Optional<TrainerState> state = trainer(step);
            if (state.isPresent()) {
                return state;
            }
        }
        return Optional.empty();
    }

    /**
     * Brings the newest checkpoint that is whole.
     *
     * @param directory for the copy
     */
    Optional<Restored> bringNewest(Path directory) throws IOException {
        for (long step : steps()) {
            Optional<Restored> restored = bring(step, directory);
            if (restored.isPresent()) {
                return restored;
            }
        }
        return Optional.empty();
    }

    /** Brings one checkpoint; empty where it does not count. */
    Optional<Restored> bring(long step, Path directory) throws IOException {
        Optional<TrainerState> state = trainer(step);
        if (state.isEmpty()) {
            return Optional.empty();
        }
        Path copy = Files.createTempFile(directory, "promptmill-", ".safetensors");
        MessageDigest digest = Sha256.newDigest();
        try (InputStream in = files.open(name(step, STATE));
                OutputStream out = new DigestOutputStream(Files.newOutputStream(copy), digest)) {
            in.transferTo(out);
        } catch (FileNotFoundException e) {
            LOG.warn("{} is gone, and its checkpoint does not count", files.path(name(step, STATE)));
            Files.delete(copy);
            return Optional.empty();
        }
        if (!Sha256.hex(digest.digest()).equals(state.get().stateDigest())) {
            LOG.warn("{} is not what was written, and its checkpoint does not count", files.path(name(step, STATE)));
            Files.delete(copy);
            return Optional.empty();
        }
        return Optional.of(new Restored(state.get(), copy));
    }

    private Optional<TrainerState> trainer(long step) throws IOException {
        String name = name(step, TRAINER);
        Optional<byte[]> json = files.find(name);
        if (json.isEmpty()) {
            return Optional.empty();
        }
        try {
            TrainerState state = Json.read(json.get(), TrainerState.class);
            return Optional.of(state).filter(read -> read.step() == step);
        } catch (JsonProcessingException e) {
            LOG.warn("{} cannot be read, and its checkpoint does not count: {}", files.path(name), e.getMessage());
            return Optional.empty();
        }
    }

    // First what makes it count.
    private void remove(long step) throws IOException {
        files.delete(files.path(name(step, TRAINER)));
        files.delete(files.path(name(step, STATE)));
        files.delete(files.path(folder + "/" + folderOf(step)));
    }

    /** The steps that have a folder, the newest first. */
    private List<Long> steps() throws IOException {
        List<Long> steps = new ArrayList<>();
        try {
            for (FileStatus status : files.fileSystem().listStatus(files.path(folder))) {
                Matcher name = STEP_FOLDER.matcher(status.getPath().getName());
                if (name.matches()) {
                    steps.add(Long.parseLong(name.group(1)));
                }
            }
        } catch (FileNotFoundException e) {
            return List.of(); // none was written yet
        }
        steps.sort(Collections.reverseOrder());
        return steps;
    }

    private String name(long step, String file) {
        return folder + "/" + folderOf(step) + "/" + file;
    }

    private static String folderOf(long step) {
        return String.format(Locale.ROOT, "step-%d", step);
    }
}
