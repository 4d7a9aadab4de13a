package io.promptmill.jobs;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * What lies in an output folder; reading it changes nothing. Immutable.
 *
 * @param plan the plan of the run that wrote here; empty where there is none or it cannot be read
 * @param planProblem why the plan cannot be read; null where it can, and where there is none
 * @param chunkFiles names of chunk files of that plan
 * @param finished whether {@code _SUCCESS} is there
 * @param files every file that a run of Promptmill has written, by name in the folder
 * @param others every other file
 */
record FolderContents(
        Optional<RunPlan> plan,
        String planProblem,
        Set<String> chunkFiles,
        boolean finished,
        Set<String> files,
        Set<String> others) {
    /** Empty file that is written last of all. */
    static final String SUCCESS = "_SUCCESS";

    private static final Set<String> RECORDS = Set.of(RunPlan.FILE, Manifest.FILE, SUCCESS);

    /** Looks at all files of the folder, which need not exist. */
    static FolderContents read(OutputFiles files) throws IOException {
        Set<String> names = names(files);
        RunPlan plan = null;
        String problem = null;
        if (names.contains(RunPlan.FILE)) {
            try {
                plan = RunPlan.parse(files.read(RunPlan.FILE));
            } catch (FileNotFoundException e) {
                throw e; // it was there a moment ago
            } catch (IOException e) {
                problem = Failures.rootMessage(e);
            }
        }
        Set<String> known = new HashSet<>(plan == null ? Set.of() : RECORDS);
        Set<String> chunkFiles = new TreeSet<>();
        Set<String> ours = new TreeSet<>();
        Set<String> others = new TreeSet<>();
        for (String name : names) {
            boolean chunk = plan != null && plan.chunkPlan().chunkIn(name).isPresent();
            if (chunk) {
                chunkFiles.add(name);
            }
            boolean ofAnyRun = files.isTemporary(name) || LeaseFile.isName(name);
            (chunk || known.contains(name) || ofAnyRun ? ours : others).add(name);
        }
        return new FolderContents(
                Optional.ofNullable(plan), problem, chunkFiles, names.contains(SUCCESS), ours, others);
    }

    /** Whether the same run is at the same point in both; leases and temporary files are not looked at. */
    boolean sameRunAs(FolderContents other) {
        return plan.equals(other.plan)
                && Objects.equals(planProblem, other.planProblem)
                && chunkFiles.equals(other.chunkFiles)
                && finished == other.finished
                && others.equals(other.others);
    }

    /**
     * The files of the earlier run in the order they are to be removed: the plan last, so that the rest stays known.
     * Leases have a life of their own.
     */
    List<String> inOrderOfRemoval() {
        List<String> order = new ArrayList<>(files);
        order.removeIf(LeaseFile::isName);
        order.sort(Comparator.comparing((String name) -> !name.equals(SUCCESS))
                .thenComparing(name -> name.equals(RunPlan.FILE))
                .thenComparing(Comparator.naturalOrder()));
        return order;
    }

    private static Set<String> names(OutputFiles files) throws IOException {
        Set<String> names = new TreeSet<>();
        try {
            int folderLength = files.folder().toUri().getPath().length() + 1;
            RemoteIterator<? extends FileStatus> all = files.fileSystem().listFiles(files.folder(), true);
            while (all.hasNext()) {
                Path file = all.next().getPath();
                names.add(file.toUri().getPath().substring(folderLength));
            }
        } catch (FileNotFoundException e) {
            return Set.of();
        }
        return names;
    }
}
