package io.promptmill.jobs.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.promptmill.Amount;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.table.TableState;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/** What the runs that have written to an output folder before mean for this one; looks and refuses, changes nothing. */
public final class EarlierRun {
    private static final int SHOWN_NAMES = 5;

    private final OutputFiles files;
    private final FolderContents found;
    private final ExistingOutput existing;

    /**
     * The runs before.
     *
     * @param found what lies in the folder
     * @param existing what this run is to do with it
     */
    EarlierRun(OutputFiles files, FolderContents found, ExistingOutput existing) {
        this.files = files;
        this.found = found;
        this.existing = existing;
    }

    /** Refuses what this run must not touch, cannot read, or could be taken for its own. */
    void check() throws RefusalException {
        Path folder = files.folder();
        if (found.files().isEmpty() && found.others().isEmpty()) {
            return;
        }
        if (existing == ExistingOutput.REFUSED) {
            throw RefusalException.output(
                    "output_exists",
                    "--output " + folder + " is not empty",
                    "existing files are never mixed with new ones",
                    "choose another output folder, continue an interrupted run with --resume, or replace an earlier"
                            + " run's files with --overwrite");
        }
        if (existing.continuesEarlierRun() && found.planProblem() != null) {
            throw RefusalException.output(
                    "plan_unreadable",
                    "the run in --output " + folder + " cannot be continued",
                    "its " + found.planProblem(),
                    "restore that file or choose another output folder");
        }
        if (appends() && !finishedLatest()) {
            throw RefusalException.output(
                    "append_unfinished",
                    "--append finds an unfinished run in " + folder,
                    "new prompts are appended to a finished one only",
                    "finish it with --resume in place of --append, then append");
        }
        if (!found.others().isEmpty()) {
            List<String> foreign = List.copyOf(found.others());
            throw RefusalException.output(
                    "output_has_other_files",
                    "--output " + folder + " holds " + Amount.of(foreign.size(), "file")
                            + " that no plan of an earlier run names, such as "
                            + String.join(", ", foreign.subList(0, Math.min(SHOWN_NAMES, foreign.size()))),
                    existing.continuesEarlierRun()
                            ? "readers of the folder would take them for rows of this run"
                            : "--overwrite removes only what Promptmill wrote",
                    "move these files away or choose another output folder");
        }
    }

    /** The plan of the run that is to be continued here, if any. */
    public Optional<RunPlan> plan() {
        return existing.continuesEarlierRun() && existing != ExistingOutput.APPENDED ? found.plan() : Optional.empty();
    }

    /** The plan of the run to which new prompts are to be appended, if any. */
    private Optional<RunPlan> appendedPlan() {
        return existing == ExistingOutput.APPENDED ? found.plan() : Optional.empty();
    }

    /** Whether new prompts are to be appended to a finished run. */
    public boolean appends() {
        return appendedPlan().isPresent();
    }

    /**
     * Names of chunk files of earlier generations, whose prompts are not computed again.
     *
     * @throws RefusalException when one that a manifest names is not there
     */
    public Set<String> olderGenerations() throws RefusalException {
        if (!existing.continuesEarlierRun() || found.plans().isEmpty()) {
            return Set.of();
        }
        Set<String> files = new TreeSet<>(found.olderChunkFiles());
        if (appends()) {
            files.addAll(found.chunkFiles());
        }
        for (int generation = 0; generation < olderPlans(); generation++) {
            checkWhole(generation, files);
        }
        return files;
    }

    private int olderPlans() {
        return found.plans().size() - (appends() ? 0 : 1);
    }

    /** What the earlier generations have written, of which all stays. */
    public List<Manifest> olderManifests() throws IOException {
        List<Manifest> manifests = new ArrayList<>();
        if (existing.continuesEarlierRun()) {
            for (int generation = 0; generation < olderPlans(); generation++) {
                manifests.add(manifest(generation));
            }
        }
        return manifests;
    }

    /** Whether there is a card of what rows there are, which this run adds to. */
    public boolean outdatesCard() {
        return existing.continuesEarlierRun() && found.files().contains(CardFile.NAME);
    }

    /** Whether there is a page that tells of what there is. */
    public boolean hasReport() {
        return found.files().contains(ReportFile.NAME);
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
        throw RefusalException.output(
                "generation_incomplete",
                "generation " + generation + " in --output " + files.folder() + " is not whole",
                what,
                "restore what is missing: its prompts cannot be told from new ones");
    }

    private boolean finishedLatest() {
        return found.finished()
                && found.files().contains(Manifest.file(appendedPlan().get().generation()));
    }

    /** Names of the chunk files that the run to be continued has committed. */
    public Set<String> committed() {
        return plan().isPresent() ? found.chunkFiles() : Set.of();
    }

    /** Those of the committed chunks that stay. */
    public List<ChunkReport> kept(List<ChunkReport> committed) {
        return committed.stream()
                .filter(report ->
                        existing != ExistingOutput.RETRIED || report.counts().failed() == 0)
                .toList();
    }

    /** The manifest, where the run to be continued has nothing left to do. */
    public Optional<Manifest> finished(List<ChunkReport> kept) throws IOException {
        if (plan().isEmpty() || !found.finished()) {
            return Optional.empty();
        }
        Manifest manifest;
        try {
            manifest = manifest(plan().get().generation());
        } catch (FileNotFoundException | JsonProcessingException e) {
            return Optional.empty(); // to be written anew
        }
        return Optional.of(manifest).filter(whole -> fileNames(whole).equals(names(kept)));
    }

    /**
     * The plan to follow: that of the interrupted run, if this command would write the same rows into the same chunks, or
     * else the new one.
     */
    public RunPlan adopt(RunPlan wanted) throws RefusalException {
        if (appends()) {
            RunPlan before = appendedPlan().get();
            refuseChanges(
                    wanted.fingerprintFields().changesBesideAppended(before.fingerprintFields()), "--append", "rows");
            return wanted.after(before);
        }
        if (plan().isEmpty()) {
            return wanted;
        }
        RunPlan earlier = plan().get();
        refuseChanges(
                wanted.inGenerationOf(earlier).fingerprintFields().changesSince(earlier.fingerprintFields()),
                "--resume",
                "finished chunks");
        return earlier.forRows(wanted.rows());
    }

    /**
     * Refuses a table to append from in which rows that were computed are not what they were: those of new ids alone would be
     * computed, beside others that the table does not hold any more.
     *
     * @param now the table as if it never had the new rows; empty where prompts are in none
     */
    public void refuseChangedRows(Optional<TableState> now) throws RefusalException {
        Optional<TableState> before = appendedPlan().map(RunPlan::inputTable);
        if (before.isEmpty() || now.isEmpty() || now.get().sameRows(before.get())) {
            return;
        }
        refuseChanges(
                List.of("the rows of " + now.get().name() + " with ids that are in the folder were "
                        + before.get().state() + " and are now " + now.get().state()),
                "--append",
                "rows");
    }

    private void refuseChanges(List<String> changes, String option, String what) throws RefusalException {
        if (changes.isEmpty()) {
            return;
        }
        List<String> shown = new ArrayList<>(changes.subList(0, Math.min(SHOWN_NAMES, changes.size())));
        if (changes.size() > shown.size()) {
            shown.add("and " + (changes.size() - shown.size()) + " more");
        }
        throw RefusalException.output(
                option.substring(2) + "_differs",
                option + " cannot continue the run in " + files.folder() + ": " + String.join("; ", shown),
                "its " + what + " were made with the earlier values",
                "give the values of _promptmill/plan.json, choose another output folder, or start anew with"
                        + " --overwrite");
    }

    /**
     * Whether a file of an earlier run is part of this run's output.
     *
     * @param kept the chunks of the run to be continued that stay
     */
    boolean stays(String file, List<ChunkReport> kept) {
        if (file.equals(CardFile.NAME) || file.equals(ReportFile.NAME)) {
            return false; // they tell of a finished folder, and this run changes it
        }
        if (appends()) {
            return !file.equals(FolderContents.SUCCESS);
        }
        if (plan().isEmpty()) {
            return false;
        }
        boolean untouched = !found.finished() && names(kept).equals(found.chunkFiles());
        boolean ofLatest = file.equals(Manifest.file(plan().get().generation()))
                || found.chunkFiles().contains(file)
                || file.equals(FolderContents.SUCCESS);
        return !ofLatest || names(kept).contains(file) || (untouched && !file.equals(FolderContents.SUCCESS));
    }

    Manifest manifest(int generation) throws IOException {
        return Manifest.parse(files.read(Manifest.file(generation)));
    }

    /** Names of the chunk files that a manifest tells of. */
    public static Set<String> fileNames(Manifest manifest) {
        return manifest.chunks().stream()
                .map(Manifest.Chunk::file)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    private static Set<String> names(List<ChunkReport> reports) {
        return reports.stream().map(report -> report.file().name()).collect(Collectors.toSet());
    }
}
