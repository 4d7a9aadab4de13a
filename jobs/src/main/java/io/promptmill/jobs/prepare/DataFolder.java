package io.promptmill.jobs.prepare;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.promptmill.Amount;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.lease.Lease;
import io.promptmill.jobs.lease.LeaseFile;
import io.promptmill.jobs.lease.LeaseTicket;
import io.promptmill.jobs.store.FolderChecks;
import io.promptmill.jobs.store.FolderListing;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.tracking.Lineage;
import io.promptmill.jobs.tracking.OpenLineageEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output folder of {@code prepare}: checked first, taken by {@link #begin}, finished by {@link #finish}, emptied again by
 * {@link #discard} where that does not happen, and given back by {@link #close}. Only files with names that {@code prepare}
 * gives are ever removed. Events of a run that failed stay, and count for nothing.
 */
final class DataFolder implements AutoCloseable {
    static final String TRAIN = "train";
    static final String HELD_OUT = "held-out";
    static final String SET_ASIDE = "set-aside";
    static final String COUNTS_TABLE = "counts.md";

    private static final Pattern OURS = Pattern.compile(String.format(
            "(%s|%s|%s)/part-\\d{5,}\\.parquet|%s|%s|%s|%s|%s/prepare-complete\\.json",
            TRAIN,
            HELD_OUT,
            SET_ASIDE,
            Pattern.quote(UserCountsFile.NAME),
            Pattern.quote(COUNTS_TABLE),
            Pattern.quote(Lineage.FILE),
            Pattern.quote(PreparedData.FILE),
            OpenLineageEvent.FOLDER));

    private static final Pattern EVENTS_OF_A_FAILURE =
            Pattern.compile(OpenLineageEvent.FOLDER + "/prepare-(start|fail)\\.json");

    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
    private static final int SHOWN_NAMES = 3;

    private final OutputFiles files;
    private final boolean overwrites;
    /** Null until the folder is taken. */
    private Lease lease;
    /** What was told of the data that was here before. */
    private Lineage earlierLineage = Lineage.NONE;

    private DataFolder(OutputFiles files, boolean overwrites) {
        this.files = files;
        this.overwrites = overwrites;
    }

    /** Opens the folder's file system and looks whether this run may write there; changes nothing. */
    static DataFolder open(PrepareSettings settings, List<Path> inputs, Configuration hadoop) throws RefusalException {
        try {
            OutputFiles files = new OutputFiles(settings.output(), hadoop);
            files.checkStore();
            for (Path input : inputs) {
                FolderChecks.apart(files, input);
            }
            FolderChecks.isFolder(files);
            Lease.refuseIfHeld(files);
            DataFolder folder = new DataFolder(files, settings.overwrites());
            folder.checkContents();
            return folder;
        } catch (IOException | IllegalArgumentException e) {
            throw FolderChecks.unusable(settings.output(), e);
        }
    }

    private void checkContents() throws RefusalException, IOException {
        FolderListing found = FolderListing.of(files);
        List<String> others = new ArrayList<>(found.odd());
        List<String> ours = new ArrayList<>();
        for (String name : found.files()) {
            if (!LeaseFile.isName(name)
                    && !OutputFiles.isClaim(name)
                    && !files.isTemporary(name)
                    && !isOfAFailure(name)) {
                (isOurs(name) ? ours : others).add(name);
            }
        }
        if (overwrites && others.isEmpty()) {
            return;
        }
        if (!others.isEmpty()) {
            throw RefusalException.output(
                    "output_has_other_files",
                    "--output " + files.folder() + " holds " + Amount.of(others.size(), "file")
                            + " that prepare does not write, such as "
                            + String.join(", ", others.subList(0, Math.min(SHOWN_NAMES, others.size()))),
                    "readers of the folder would take them for part of it",
                    "move these files away or choose another output folder");
        }
        if (!ours.isEmpty()) {
            boolean finished = ours.contains(PreparedData.FILE);
            throw RefusalException.output(
                    "output_not_empty",
                    "--output " + files.folder() + " holds "
                            + (finished ? "prepared data" : "parts of an unfinished run"),
                    "a run writes into an empty folder",
                    "choose another output folder, or replace these files with --overwrite");
        }
    }

    private static boolean isOurs(String name) {
        return OURS.matcher(name).matches();
    }

    private static boolean isOfAFailure(String name) {
        return EVENTS_OF_A_FAILURE.matcher(name).matches();
    }

    /** Its files. */
    OutputFiles files() {
        return files;
    }

    /**
     * Takes the folder and removes the files of an earlier run.
     *
     * @param whenLost called, again and again, once another driver has taken the folder over
     */
    void begin(Runnable whenLost) throws RefusalException {
        try {
            lease = Lease.acquire(files);
            checkContents(); // another run may have written since
            files.deleteTemporary();
            lease.keepAlive(whenLost);
            earlierLineage = readLineage();
            remove(name -> isOfAFailure(name) || isOurs(name));
        } catch (IOException e) {
            throw FolderChecks.unusable(files.folder().toString(), e);
        }
    }

    /** Where it is, with its file system. */
    String path() {
        return files.folder().toString();
    }

    /** What was told of the data that was here before; there once the folder is taken. */
    Lineage earlierLineage() {
        return earlierLineage;
    }

    private Lineage readLineage() throws IOException {
        try {
            return Lineage.find(files, Lineage.FILE).orElse(Lineage.NONE);
        } catch (JsonProcessingException e) {
            return Lineage.NONE; // versions are counted anew
        }
    }

    /** For tasks, which ask before they write. */
    LeaseTicket lease() {
        return lease.ticket();
    }

    /** Writes a text. */
    void write(String name, String content) throws IOException {
        lease.check();
        if (!files.writeIfAbsent(name, content.getBytes(StandardCharsets.UTF_8))) {
            throw new IOException(
                    "Cannot write " + files.path(name) + ": it is there. Is another run writing to this folder?");
        }
    }

    /** Writes where the data comes from, and the record without which the folder is not finished. */
    void finish(PreparedData data, Lineage lineage) throws IOException {
        write(Lineage.FILE, new String(lineage.json(), StandardCharsets.UTF_8));
        write(PreparedData.FILE, Json.write(data) + "\n");
    }

    /** Removes what this run has written, where it cannot be finished; whether nothing is left. */
    boolean discard(Throwable failure) {
        try {
            lease.check();
            remove(DataFolder::isOurs);
            return true;
        } catch (IOException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    /** What is left where that failed, in words. */
    String left() {
        return files.folder() + " may hold parts, which --overwrite replaces";
    }

    // The record first: without it the rest is no data.
    private void remove(Predicate<String> which) throws IOException {
        List<String> names = new ArrayList<>(
                FolderListing.of(files).files().stream().filter(which).toList());
        names.sort(Comparator.comparing((String name) -> !name.equals(PreparedData.FILE))
                .thenComparing(Comparator.naturalOrder()));
        for (String name : names) {
            files.delete(files.path(name));
        }
    }

    /** Gives the folder back; of the right to write to it nothing is left, either, as finished data need none of it. */
    @Override
    public void close() {
        if (lease == null) {
            return;
        }
        lease.close();
        try {
            files.deleteMetadataFolderIfEmpty();
        } catch (IOException e) {
            LOG.debug("An empty folder stays in {}", files.folder(), e); // or another run has come
        }
    }
}
