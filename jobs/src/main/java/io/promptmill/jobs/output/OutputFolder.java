package io.promptmill.jobs.output;

import io.promptmill.Amount;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.lease.Lease;
import io.promptmill.jobs.lease.LeaseFile;
import io.promptmill.jobs.lease.LeaseLostException;
import io.promptmill.jobs.lease.LeaseTicket;
import io.promptmill.jobs.store.FolderChecks;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output folder as the driver sees it: checked first, touched only by {@link #begin} or {@link #clearLeftOvers},
 * which take its {@link Lease}, finished by {@link #finish}, and given back by {@link #close}. Only files that an earlier
 * run's plan names are ever removed, and what belongs to a lease.
 */
public final class OutputFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutputFolder.class);

    private final OutputFiles files;
    private final FolderContents found;
    private final EarlierRun earlier;
    /** Null until the run begins. */
    private Lease lease;

    private OutputFolder(OutputFiles files, FolderContents found, EarlierRun earlier) {
        this.files = files;
        this.found = found;
        this.earlier = earlier;
    }

    /** Opens the folder's file system and looks whether a run may write there; changes nothing. */
    public static OutputFolder open(String folder, Configuration hadoop, List<Path> inputs, ExistingOutput existing)
            throws RefusalException {
        try {
            OutputFiles files = new OutputFiles(folder, hadoop);
            files.checkStore();
            return check(files, inputs, existing);
        } catch (IOException | IllegalArgumentException e) {
            throw FolderChecks.unusable(folder, e);
        }
    }

    /**
     * The plan of the run in a folder that is to be continued, if one can be read. A first look, before all that a run needs
     * is known; {@link #open} refuses what cannot be continued.
     */
    public static Optional<RunPlan> planned(String folder, Configuration hadoop, ExistingOutput existing) {
        if (!existing.continuesEarlierRun()) {
            return Optional.empty();
        }
        try {
            return FolderContents.read(new OutputFiles(folder, hadoop)).plan();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static OutputFolder check(OutputFiles files, List<Path> inputs, ExistingOutput existing)
            throws RefusalException, IOException {
        for (Path input : inputs) {
            FolderChecks.apart(files, input);
        }
        FolderChecks.isFolder(files);
        Lease.refuseIfHeld(files);
        FolderContents found = FolderContents.read(files);
        EarlierRun earlier = new EarlierRun(files, found, existing);
        earlier.check();
        return new OutputFolder(files, found, earlier);
    }

    /** Its files. */
    public OutputFiles files() {
        return files;
    }

    /** What was here before. */
    public EarlierRun earlier() {
        return earlier;
    }

    /**
     * Takes the folder, removes what is not to stay, {@code _SUCCESS} first, and writes the plan of a new run.
     *
     * @param kept the chunks of the run to be continued that stay; all of earlier generations do
     * @param whenLost called, again and again, once another driver has taken the folder over
     */
    public void begin(RunPlan plan, List<ChunkReport> kept, Runnable whenLost) throws RefusalException {
        try {
            lease = Lease.acquire(files);
            if (!FolderContents.read(files).sameRunAs(found)) {
                throw taken();
            }
            files.deleteTemporary();
            lease.keepAlive(whenLost);
            if (earlier.appends()) {
                writePlan(plan); // first of all: without it the run before could be neither resumed nor appended to
            }
            for (String file : found.inOrderOfRemoval()) {
                if (!earlier.stays(file, kept)) {
                    files.delete(files.path(file));
                }
            }
            if (!earlier.appends() && earlier.plan().isEmpty()) {
                writePlan(plan);
            }
        } catch (IOException e) {
            throw FolderChecks.unusable(files.folder().toString(), e);
        }
    }

    /**
     * Clears a finished folder of the lease and the temporary files that a dead driver has left. They harm no reader, so
     * that it is no failure where this cannot be done.
     */
    public void clearLeftOvers() {
        if (found.files().stream().noneMatch(name -> LeaseFile.isName(name) || files.isTemporary(name))) {
            return;
        }
        try {
            lease = Lease.acquire(files); // closing it clears all
        } catch (RefusalException e) {
            LOG.info("{}", e.getMessage()); // another driver has come, which clears as well
        } catch (IOException e) {
            LOG.warn("What a dead driver has left in {} stays: {}", files.folder(), e.getMessage());
        }
    }

    /** Puts a card into a finished folder, in the place of one that a run has written there. */
    public void replaceCard(String card) throws RefusalException, IOException {
        byte[] content = CardFile.content(card);
        boolean isThere = found.files().contains(CardFile.NAME);
        if (isThere && Arrays.equals(files.read(CardFile.NAME), content)) {
            return;
        }
        if (lease == null) {
            lease = Lease.acquire(files);
        }
        if (isThere) {
            files.delete(files.path(CardFile.NAME));
        }
        files.writeIfAbsent(CardFile.NAME, content);
    }

    /** Puts the page that tells of all into a finished folder, or in the place of the one that is there. */
    public void writeReport(byte[] page) throws RefusalException, IOException {
        if (lease == null) {
            lease = Lease.acquire(files);
        }
        files.replace(ReportFile.NAME, page);
    }

    private void writePlan(RunPlan plan) throws RefusalException, IOException {
        if (!files.writeIfAbsent(RunPlan.file(plan.generation()), utf8(Json.write(plan)))) {
            throw taken();
        }
    }

    /** For tasks of the run, which ask before they write. */
    public LeaseTicket lease() {
        return lease.ticket();
    }

    /** Why this driver has to stop, where another is known to have taken the folder over. */
    public Optional<LeaseLostException> leaseLoss() {
        try {
            lease.check();
            return Optional.empty();
        } catch (LeaseLostException e) {
            return Optional.of(e);
        } catch (IOException e) {
            return Optional.empty(); // the store is away: whatever failed has a reason of its own
        }
    }

    /**
     * Writes the manifest, the card if there is one, then {@code _SUCCESS}, if this driver still holds the folder and nobody
     * else's rows are in it.
     *
     * @param report writes the page that tells of all else, once that is there
     */
    public void finish(RunPlan plan, Manifest manifest, Optional<String> card, Runnable report) throws IOException {
        lease.check();
        int generation = plan.generation();
        FolderContents now = FolderContents.read(files);
        boolean alone = now.others().isEmpty() && now.chunkFiles().equals(EarlierRun.fileNames(manifest));
        boolean told = alone
                && (files.writeIfAbsent(Manifest.file(generation), utf8(Json.write(manifest)))
                        || isThere(generation, manifest))
                && (card.isEmpty() || files.writeIfAbsent(CardFile.NAME, CardFile.content(card.get())));
        if (told) {
            report.run();
            told = files.writeIfAbsent(FolderContents.SUCCESS, new byte[0]);
        }
        if (!told) {
            throw new IOException("Cannot finish " + files.folder() + ": another run has written to this folder");
        }
    }

    // An earlier driver may have died between its manifest and _SUCCESS; its own statistics may differ.
    private boolean isThere(int generation, Manifest manifest) throws IOException {
        Manifest there = earlier.manifest(generation);
        return there.fingerprint().equals(manifest.fingerprint())
                && there.chunks().equals(manifest.chunks());
    }

    /** What a run that stops early leaves, in words. */
    public String progress() throws IOException {
        FolderContents left = FolderContents.read(files);
        int chunks = left.plan().map(RunPlan::chunks).orElse(0);
        return files.folder() + " holds " + left.chunkFiles().size() + " finished of " + Amount.of(chunks, "chunk");
    }

    /** Clears the temporary folder and gives the folder back, if it was taken. */
    @Override
    public void close() {
        if (lease != null) {
            lease.close();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private RefusalException taken() {
        return RefusalException.output(
                "output_taken",
                "another run has just written to " + files.folder(),
                "two runs cannot share a folder",
                "wait for the other run or choose another output folder");
    }
}
