package io.promptmill.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.promptmill.Problem;
import io.promptmill.jobs.JobSettings.ExistingOutput;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The output folder as the driver sees it: checked first, touched only by {@link #begin}, which takes its {@link Lease},
 * finished by {@link #finish}, and given back by {@link #close}. Only files that an earlier run's plan names are ever
 * removed.
 */
final class OutputFolder implements AutoCloseable {
    private static final int SHOWN_NAMES = 5;

    private final OutputFiles files;
    private final FolderContents found;
    private final ExistingOutput existing;
    /** Null until the run begins. */
    private Lease lease;

    private OutputFolder(OutputFiles files, FolderContents found, ExistingOutput existing) {
        this.files = files;
        this.found = found;
        this.existing = existing;
    }

    /** Opens the folder's file system and looks whether a run may write there; changes nothing. */
    static OutputFolder open(String folder, Configuration hadoop, Path input, ExistingOutput existing)
            throws RefusalException {
        try {
            return check(new OutputFiles(folder, hadoop), input, existing);
        } catch (IOException | IllegalArgumentException e) {
            throw unusable(folder, e);
        }
    }

    static OutputFolder check(OutputFiles files, Path input, ExistingOutput existing)
            throws RefusalException, IOException {
        Path folder = files.folder();
        if (contains(folder, input) || contains(input, folder)) {
            throw refused(
                    "output_is_input",
                    "--output " + folder + " and --input " + input + " lie in one another",
                    "the run would read its own rows or remove the prompts",
                    "choose another output folder");
        }
        if (files.fileSystem().exists(folder)
                && !files.fileSystem().getFileStatus(folder).isDirectory()) {
            throw refused(
                    "output_is_file",
                    "--output " + folder + " is a file",
                    "the rows are written into a folder",
                    "choose another output folder");
        }
        Lease.refuseIfHeld(files);
        FolderContents found = FolderContents.read(files);
        if (!found.files().isEmpty() || !found.others().isEmpty()) {
            checkExisting(folder, found, existing);
        }
        return new OutputFolder(files, found, existing);
    }

    private static void checkExisting(Path folder, FolderContents found, ExistingOutput existing)
            throws RefusalException {
        if (existing == ExistingOutput.REFUSED) {
            throw refused(
                    "output_exists",
                    "--output " + folder + " is not empty",
                    "existing files are never mixed with new ones",
                    "choose another output folder, continue an interrupted run with --resume, or replace an earlier"
                            + " run's files with --overwrite");
        }
        if (existing.continuesEarlierRun() && found.planProblem() != null) {
            throw refused(
                    "plan_unreadable",
                    "the run in --output " + folder + " cannot be continued",
                    "its " + found.planProblem(),
                    "restore that file or choose another output folder");
        }
        if (existing == ExistingOutput.APPENDED && found.plan().isPresent() && !found.finished()) {
            throw refused(
                    "append_unfinished",
                    "--append finds an unfinished run in " + folder,
                    "new prompts are appended to a finished one only",
                    "finish it with --resume in place of --append, then append");
        }
        if (!found.others().isEmpty()) {
            List<String> foreign = List.copyOf(found.others());
            throw refused(
                    "output_has_other_files",
                    "--output " + folder + " holds " + foreign.size()
                            + " files that no plan of an earlier run names, such as "
                            + String.join(", ", foreign.subList(0, Math.min(SHOWN_NAMES, foreign.size()))),
                    existing.continuesEarlierRun()
                            ? "readers of the folder would take them for rows of this run"
                            : "--overwrite removes only what Promptmill wrote",
                    "move these files away or choose another output folder");
        }
    }

    OutputFiles files() {
        return files;
    }

    /** The plan of the run that is to be continued here, if any. */
    Optional<RunPlan> earlierPlan() {
        return existing.continuesEarlierRun() && existing != ExistingOutput.APPENDED ? found.plan() : Optional.empty();
    }

    /** The plan of the run to which new prompts are to be appended, if any. */
    private Optional<RunPlan> appendedPlan() {
        return existing == ExistingOutput.APPENDED ? found.plan() : Optional.empty();
    }

    /** Whether new prompts are to be appended to a finished run. */
    boolean appends() {
        return appendedPlan().isPresent();
    }

    /**
     * Names of chunk files of earlier generations, whose prompts are not computed again.
     *
     * @throws RefusalException when one that a manifest names is not there
     */
    Set<String> olderGenerations() throws RefusalException {
        if (!existing.continuesEarlierRun() || found.plans().isEmpty()) {
            return Set.of();
        }
        Set<String> files = new TreeSet<>(found.olderChunkFiles());
        if (appends()) {
            files.addAll(found.chunkFiles());
        }
        int generations = found.plans().size() - (appends() ? 0 : 1);
        for (int generation = 0; generation < generations; generation++) {
            checkWhole(generation, files);
        }
        return files;
    }

    private void checkWhole(int generation, Set<String> present) throws RefusalException {
        String what;
        try {
            Set<String> missing = new TreeSet<>(fileNames(manifest(generation)));
            missing.removeAll(present);
            if (missing.isEmpty()) {
                return;
            }
            what = "it lacks "
                    + String.join(", ", missing.stream().limit(SHOWN_NAMES).toList());
        } catch (IOException e) {
            what = Manifest.file(generation) + " cannot be read: " + Failures.rootMessage(e);
        }
        throw refused(
                "generation_incomplete",
                "generation " + generation + " in --output " + files.folder() + " is not whole",
                what,
                "restore what is missing: its prompts cannot be told from new ones");
    }

    /** Names of the chunk files that the run to be continued has committed. */
    Set<String> committed() {
        return earlierPlan().isPresent() ? found.chunkFiles() : Set.of();
    }

    /** Those of the committed chunks that stay. */
    List<ChunkReport> kept(List<ChunkReport> committed) {
        return committed.stream()
                .filter(report ->
                        existing != ExistingOutput.RETRIED || report.counts().failed() == 0)
                .toList();
    }

    /** The manifest, where the run to be continued has nothing left to do. */
    Optional<Manifest> finished(List<ChunkReport> kept) throws IOException {
        if (earlierPlan().isEmpty() || !found.finished()) {
            return Optional.empty();
        }
        Manifest manifest;
        try {
            manifest = manifest(earlierPlan().get().generation());
        } catch (FileNotFoundException | JsonProcessingException e) {
            return Optional.empty(); // to be written anew
        }
        return Optional.of(manifest).filter(whole -> fileNames(whole).equals(names(kept)));
    }

    /**
     * The plan to follow: that of the interrupted run, if this command would write the same rows into the same chunks, or
     * else the new one.
     */
    RunPlan adopt(RunPlan wanted) throws RefusalException {
        if (appends()) {
            RunPlan before = appendedPlan().get();
            refuseChanges(
                    wanted.fingerprintFields().changesBesideAppended(before.fingerprintFields()), "--append", "rows");
            return wanted.after(before);
        }
        if (earlierPlan().isEmpty()) {
            return wanted;
        }
        RunPlan earlier = earlierPlan().get();
        refuseChanges(
                wanted.inGenerationOf(earlier).fingerprintFields().changesSince(earlier.fingerprintFields()),
                "--resume",
                "finished chunks");
        return earlier.forRows(wanted.rows());
    }

    private void refuseChanges(List<String> changes, String option, String what) throws RefusalException {
        if (changes.isEmpty()) {
            return;
        }
        List<String> shown = new ArrayList<>(changes.subList(0, Math.min(SHOWN_NAMES, changes.size())));
        if (changes.size() > shown.size()) {
            shown.add("and " + (changes.size() - shown.size()) + " more");
        }
        throw refused(
                option.substring(2) + "_differs",
                option + " cannot continue the run in " + files.folder() + ": " + String.join("; ", shown),
                "its " + what + " were made with the earlier values",
                "give the values of _promptmill/plan.json, choose another output folder, or start anew with"
                        + " --overwrite");
    }

    /**
     * Takes the folder, removes what is not to stay, {@code _SUCCESS} first, and writes the plan of a new run.
     *
     * @param kept the chunks of the run to be continued that stay; all of earlier generations do
     * @param whenLost called, again and again, once another driver has taken the folder over
     */
    void begin(RunPlan plan, List<ChunkReport> kept, Runnable whenLost) throws RefusalException {
        try {
            lease = Lease.acquire(files);
            if (!FolderContents.read(files).sameRunAs(found)) {
                throw taken();
            }
            files.deleteTemporary();
            lease.keepAlive(whenLost);
            for (String file : found.inOrderOfRemoval()) {
                if (!stays(file, names(kept))) {
                    files.delete(files.path(file));
                }
            }
            String planFile = RunPlan.file(plan.generation());
            if (earlierPlan().isEmpty() && !files.writeIfAbsent(planFile, utf8(Json.write(plan)))) {
                throw taken();
            }
        } catch (IOException e) {
            throw unusable(files.folder().toString(), e);
        }
    }

    private boolean stays(String file, Set<String> kept) {
        if (appends()) {
            return !file.equals(FolderContents.SUCCESS);
        }
        if (earlierPlan().isEmpty()) {
            return false;
        }
        boolean untouched = !found.finished() && kept.equals(found.chunkFiles());
        boolean ofLatest = file.equals(Manifest.file(earlierPlan().get().generation()))
                || found.chunkFiles().contains(file)
                || file.equals(FolderContents.SUCCESS);
        return !ofLatest || kept.contains(file) || (untouched && !file.equals(FolderContents.SUCCESS));
    }

    private Manifest manifest(int generation) throws IOException {
        return Manifest.parse(files.read(Manifest.file(generation)));
    }

    private static Set<String> fileNames(Manifest manifest) {
        return manifest.chunks().stream()
                .map(Manifest.Chunk::file)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    private static Set<String> names(List<ChunkReport> reports) {
        return reports.stream().map(report -> report.file().name()).collect(Collectors.toSet());
    }

    /** For tasks of the run, which ask before they write. */
    LeaseTicket lease() {
        return lease.ticket();
    }

    /** Fails where another driver has taken the folder over. */
    void checkLease() throws IOException {
        if (lease != null) {
            lease.check();
        }
    }

    /** Writes the manifest, then {@code _SUCCESS}, if this driver still holds the folder and nobody else's rows are in it. */
    void finish(RunPlan plan, Manifest manifest) throws IOException {
        lease.check();
        int generation = plan.generation();
        FolderContents now = FolderContents.read(files);
        boolean alone = now.others().isEmpty() && now.chunkFiles().equals(fileNames(manifest));
        boolean told = alone
                && (files.writeIfAbsent(Manifest.file(generation), utf8(Json.write(manifest)))
                        || isThere(generation, manifest))
                && files.writeIfAbsent(FolderContents.SUCCESS, new byte[0]);
        if (!told) {
            throw new IOException("Cannot finish " + files.folder() + ": another run has written to this folder");
        }
    }

    // An earlier driver may have died between its manifest and _SUCCESS; its own statistics may differ.
    private boolean isThere(int generation, Manifest manifest) throws IOException {
        Manifest earlier = manifest(generation);
        return earlier.fingerprint().equals(manifest.fingerprint())
                && earlier.chunks().equals(manifest.chunks());
    }

    /** What a run that stops early leaves, in words. */
    String progress() throws IOException {
        FolderContents left = FolderContents.read(files);
        int chunks = left.plan().map(RunPlan::chunks).orElse(0);
        return files.folder() + " holds " + left.chunkFiles().size() + " finished of " + chunks + " chunks";
    }

    /** Clears the temporary folder and gives the folder back, if it was taken. */
    @Override
    public void close() {
        if (lease != null) {
            lease.close();
        }
    }

    /** Whether a path is the folder or lies in it. Compared by parts: texts of equal URIs may differ. */
    private static boolean contains(Path folder, Path file) {
        Path ancestor = file;
        while (ancestor != null && !ancestor.equals(folder)) {
            ancestor = ancestor.getParent();
        }
        return ancestor != null;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private RefusalException taken() {
        return refused(
                "output_taken",
                "another run has just written to " + files.folder(),
                "two runs cannot share a folder",
                "wait for the other run or choose another output folder");
    }

    private static RefusalException unusable(String folder, Exception cause) {
        return new RefusalException(
                ExitCode.OUTPUT_REFUSED,
                new Problem(
                        "output_unusable",
                        "--output " + folder + " cannot be used",
                        Failures.rootMessage(cause),
                        "check the path, its file system and the rights of this user"),
                cause);
    }

    private static RefusalException refused(String code, String what, String why, String remedy) {
        return new RefusalException(ExitCode.OUTPUT_REFUSED, new Problem(code, what, why, remedy));
    }
}
