package io.promptmill.jobs.output;

import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.lease.LeaseFile;
import io.promptmill.jobs.store.FolderListing;
import io.promptmill.jobs.store.OutputFiles;
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

/**
 * What lies in an output folder; reading it changes nothing. Immutable.
 *
 * @param plans the plans of the runs that wrote here, by generation; empty where there is none or one cannot be read
 * @param planProblem which plan cannot be read, and why; null where all can, and where there is none
 * @param chunkFiles names of chunk files of the latest plan
 * @param olderChunkFiles names of chunk files of the plans before
 * @param finished whether {@code _SUCCESS} is there
 * @param files every file that a run of Promptmill has written, by name in the folder
 * @param others every other file
 */
record FolderContents(
        List<RunPlan> plans,
        String planProblem,
        Set<String> chunkFiles,
        Set<String> olderChunkFiles,
        boolean finished,
        Set<String> files,
        Set<String> others) {
    /** Empty file that is written last of all. */
    static final String SUCCESS = "_SUCCESS";

    /** Looks at all files of the folder, which need not exist. */
    static FolderContents read(OutputFiles files) throws IOException {
        FolderListing listing = FolderListing.of(files);
        Set<String> names = listing.files();
        List<RunPlan> plans = new ArrayList<>();
        String problem = null;
        try {
            while (names.contains(RunPlan.file(plans.size()))) {
                plans.add(readPlan(files, plans));
            }
        } catch (FileNotFoundException e) {
            throw e; // it was there a moment ago
        } catch (IOException e) {
            problem = RunPlan.file(plans.size()) + " cannot be read: " + Failures.rootMessage(e);
            plans.clear();
        }
        Set<String> known = new HashSet<>(plans.isEmpty() ? Set.of() : Set.of(SUCCESS, ReportFile.NAME));
        Set<String> chunkFiles = new TreeSet<>();
        Set<String> older = new TreeSet<>();
        for (RunPlan plan : plans) {
            known.add(RunPlan.file(plan.generation()));
            known.add(Manifest.file(plan.generation()));
            known.add(RunWork.file(plan.generation()));
            names.stream()
                    .filter(name -> plan.chunkPlan().chunkIn(name).isPresent())
                    .forEach((plan.generation() == plans.size() - 1 ? chunkFiles : older)::add);
        }
        known.addAll(chunkFiles);
        known.addAll(older);
        if (!plans.isEmpty() && names.contains(CardFile.NAME) && CardFile.isOurs(files)) {
            known.add(CardFile.NAME);
        }
        Set<String> ours = new TreeSet<>();
        Set<String> others = new TreeSet<>(listing.odd());
        for (String name : names) {
            boolean ofAnyRun = files.isTemporary(name) || isOfLeases(name);
            (known.contains(name) || ofAnyRun ? ours : others).add(name);
        }
        return new FolderContents(
                List.copyOf(plans), problem, chunkFiles, older, names.contains(SUCCESS), ours, others);
    }

    private static RunPlan readPlan(OutputFiles files, List<RunPlan> before) throws IOException {
        int generation = before.size();
        RunPlan plan = RunPlan.parse(files.read(RunPlan.file(generation)));
        String predecessor = generation == 0 ? "" : before.get(generation - 1).fingerprint();
        if (plan.generation() != generation || !plan.appendedTo().equals(predecessor)) {
            throw new IOException("it is no plan of generation " + generation + " of this folder");
        }
        return plan;
    }

    /** The latest plan. */
    Optional<RunPlan> plan() {
        return plans.isEmpty() ? Optional.empty() : Optional.of(plans.get(plans.size() - 1));
    }

    /** Whether the same run is at the same point in both; leases and temporary files are not looked at. */
    boolean sameRunAs(FolderContents other) {
        return plans.equals(other.plans)
                && Objects.equals(planProblem, other.planProblem)
                && chunkFiles.equals(other.chunkFiles)
                && olderChunkFiles.equals(other.olderChunkFiles)
                && finished == other.finished
                && others.equals(other.others);
    }

    /**
     * The files of earlier runs in the order they are to be removed: plans last, the first at the very end, so that the
     * rest stays known.
     * Leases and claims have a life of their own.
     */
    List<String> inOrderOfRemoval() {
        List<String> order = new ArrayList<>(files);
        order.removeIf(FolderContents::isOfLeases);
        order.sort(Comparator.comparing((String name) -> !name.equals(SUCCESS))
                .thenComparing(this::generationOfPlan, Comparator.reverseOrder())
                .thenComparing(Comparator.naturalOrder()));
        return order;
    }

    /** Whether a file is a lease, or on its way to be one. */
    private static boolean isOfLeases(String name) {
        return LeaseFile.isName(name) || OutputFiles.isClaim(name);
    }

    // A high number for what is no plan.
    private int generationOfPlan(String name) {
        return plans.stream()
                .mapToInt(RunPlan::generation)
                .filter(generation -> RunPlan.file(generation).equals(name))
                .findFirst()
                .orElse(ChunkPlan.MAX_GENERATION + 1);
    }
}
