package io.promptmill.jobs.finetune;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.lease.Lease;
import io.promptmill.jobs.lease.LeaseLostException;
import io.promptmill.jobs.store.FolderChecks;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.tracking.Lineage;
import io.promptmill.jobs.versions.VersionsFolder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a model, its versions and its runs, as the driver sees it: checked first, touched only when {@link #hold} has
 * taken its {@link Lease}, and given back by {@link #close}. Nothing of another run is ever changed.
 */
final class ModelFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelFolder.class);
    private static final String RUNS = "runs";

    private final OutputFiles files;
    private final VersionsFolder versions;
    /** Null until it is held. */
    private Lease lease;

    private ModelFolder(OutputFiles files) {
        this.files = files;
        this.versions = new VersionsFolder(files);
    }

    /** Opens the folder's file system and looks whether a run may write there; changes nothing. */
    static ModelFolder open(String folder, Configuration hadoop) throws RefusalException {
        try {
            OutputFiles files = new OutputFiles(folder, hadoop);
            files.checkStore();
            check(files);
            return new ModelFolder(files);
        } catch (IOException | IllegalArgumentException e) {
            throw FolderChecks.unusable(folder, e);
        }
    }

    private static void check(OutputFiles files) throws RefusalException, IOException {
        FolderChecks.isFolder(files);
        if (files.fileSystem().exists(files.path("config.json"))) {
            throw RefusalException.output(
                    "output_is_model",
                    "--output " + files.folder() + " is a model itself",
                    "a folder of versions holds models in folders of their own, v1, v2, and so on",
                    "choose the folder around it, or another one");
        }
        Lease.refuseIfHeld(files);
    }

    /**
     * Takes the folder.
     *
     * @param whenLost called, again and again, once another driver has taken it over
     */
    void hold(Runnable whenLost) throws RefusalException {
        try {
            lease = Lease.acquire(files);
            files.deleteTemporary();
            lease.keepAlive(whenLost);
        } catch (IOException e) {
            throw FolderChecks.unusable(files.folder().toString(), e);
        }
    }

    OutputFiles files() {
        return files;
    }

    /** Its versions. */
    VersionsFolder versions() {
        return versions;
    }

    /** The right to write; there once the folder is held. */
    Lease lease() {
        return lease;
    }

    /** What people call the model: the last part of the folder's path. */
    String name() {
        String name = files.folder().getName();
        return name.isEmpty() ? "model" : name;
    }

    /** The folder of a run, which need not be there. */
    RunFolder run(PlannedRun plan) {
        return new RunFolder(files, RUNS + "/" + plan.id(), plan);
    }

    /** The plans of the runs that no version has come of, the newest first. */
    List<PlannedRun> unfinished() throws RefusalException, IOException {
        Set<String> finished = versions.runs();
        return plans().stream().filter(plan -> !finished.contains(plan.id())).toList();
    }

    /** The lineage of the newest run that has one. */
    Lineage lineage() throws IOException {
        for (PlannedRun plan : plans()) {
            Optional<Lineage> told = Lineage.find(files, RUNS + "/" + plan.id() + "/" + Lineage.FILE);
            if (told.isPresent()) {
                return told.get();
            }
        }
        return Lineage.NONE;
    }

    /** The plans of all runs that have begun here, the newest first; one that cannot be read is told and passed over. */
    List<PlannedRun> plans() throws IOException {
        List<String> ids = new ArrayList<>();
        try {
            for (FileStatus run : files.fileSystem().listStatus(files.path(RUNS))) {
                ids.add(run.getPath().getName());
            }
        } catch (FileNotFoundException e) {
            return List.of(); // there was no run yet
        }
        ids.sort(Collections.reverseOrder()); // they begin with the time
        List<PlannedRun> plans = new ArrayList<>();
        for (String id : ids) {
            plan(id).ifPresent(plans::add);
        }
        return plans;
    }

    private Optional<PlannedRun> plan(String id) throws IOException {
        String name = RUNS + "/" + id + "/" + PlannedRun.FILE;
        Optional<byte[]> json = files.find(name);
        if (json.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(PlannedRun.parse(json.get()))
                    .filter(plan -> plan.id().equals(id));
        } catch (JsonProcessingException e) {
            LOG.warn("{} cannot be read, and its run cannot be continued: {}", files.path(name), e.getMessage());
            return Optional.empty();
        }
    }

    /** Why this driver has to stop, where another is known to have taken the folder over. */
    Optional<LeaseLostException> leaseLoss() {
        try {
            if (lease != null) {
                lease.check();
            }
            return Optional.empty();
        } catch (LeaseLostException e) {
            return Optional.of(e);
        } catch (IOException e) {
            return Optional.empty(); // the store is away: whatever failed has a reason of its own
        }
    }

    /** Clears the temporary folder and gives the folder back, if it was taken. */
    @Override
    public void close() {
        if (lease != null) {
            lease.close();
        }
    }
}
