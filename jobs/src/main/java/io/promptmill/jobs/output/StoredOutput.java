package io.promptmill.jobs.output;

import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.store.FolderChecks;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;

/**
 * An output folder for those who only read it, whatever has become of its runs. Immutable.
 *
 * @param files its files
 * @param generations what the runs have planned and done, at least one; the last is the latest
 * @param finished whether {@code _SUCCESS} is there
 */
public record StoredOutput(OutputFiles files, List<Generation> generations, boolean finished) {
    public StoredOutput {
        generations = List.copyOf(generations);
    }

    /** A run of the folder, with all its drivers. */
    public record Generation(
            RunPlan plan, Optional<Manifest> manifest, Set<String> chunkFiles, SortedMap<Integer, ChunkWork> work) {
        public Generation {
            chunkFiles = Collections.unmodifiableSortedSet(new TreeSet<>(chunkFiles));
            work = Collections.unmodifiableSortedMap(new TreeMap<>(work));
        }

        /** The files that the manifest names and that are not there. */
        public Set<String> lostFiles() {
            Set<String> lost = new TreeSet<>();
            manifest.ifPresent(done -> done.chunks().stream()
                    .map(Manifest.Chunk::file)
                    .filter(file -> file != null && !chunkFiles.contains(file))
                    .forEach(lost::add));
            return lost;
        }

        /** Chunks that are not computed; some of them may have no prompts. */
        public Set<Integer> missingChunks() {
            Set<Integer> missing = new TreeSet<>();
            for (int chunk = 0; manifest.isEmpty() && chunk < plan.chunks(); chunk++) {
                if (!chunkFiles.contains(plan.chunkPlan().fileName(chunk))) {
                    missing.add(chunk);
                }
            }
            return missing;
        }
    }

    /** Reads a folder, which a run has begun; refuses any other. */
    public static StoredOutput open(String folder, Configuration hadoop) throws RefusalException {
        FolderContents found;
        OutputFiles files;
        try {
            files = new OutputFiles(folder, hadoop);
            files.checkStore();
            if (files.fileSystem().getFileStatus(files.folder()).isFile()) {
                throw unknown(files, "it is a file");
            }
            found = FolderContents.read(files);
        } catch (IOException | IllegalArgumentException e) {
            throw FolderChecks.unreadable(folder, e);
        }
        if (found.plans().isEmpty()) {
            throw unknown(
                    files,
                    found.planProblem() == null
                            ? "there is no " + RunPlan.FILE + " in it"
                            : "its " + found.planProblem());
        }
        return of(files, found);
    }

    private static RefusalException unknown(OutputFiles files, String why) {
        return RefusalException.output(
                "output_unknown",
                files.folder() + " is no output of generate",
                why,
                "name the folder that was --output of a run");
    }

    /** Reads the folder of a run which has begun. */
    public static StoredOutput of(OutputFiles files) throws IOException {
        return of(files, FolderContents.read(files));
    }

    private static StoredOutput of(OutputFiles files, FolderContents found) {
        Set<String> names = new TreeSet<>(found.olderChunkFiles());
        names.addAll(found.chunkFiles());
        List<Generation> generations = new ArrayList<>();
        for (RunPlan plan : found.plans()) {
            Set<String> chunks = new TreeSet<>(names);
            chunks.removeIf(name -> plan.chunkPlan().chunkIn(name).isEmpty());
            generations.add(new Generation(
                    plan,
                    manifest(files, plan),
                    chunks,
                    WorkFile.read(files, plan).map(RunWork::byChunk).orElseGet(TreeMap::new)));
        }
        return new StoredOutput(files, generations, found.finished());
    }

    private static Optional<Manifest> manifest(OutputFiles files, RunPlan plan) {
        try {
            Optional<byte[]> json = files.find(Manifest.file(plan.generation()));
            return json.isEmpty() ? Optional.empty() : Optional.of(Manifest.parse(json.get()));
        } catch (IOException e) {
            return Optional.empty(); // as if the run had not come so far
        }
    }

    /** The plan of the latest run. */
    public RunPlan plan() {
        return generations.get(generations.size() - 1).plan();
    }

    /** All chunk files. */
    public Set<String> chunkFiles() {
        Set<String> names = new TreeSet<>();
        generations.forEach(generation -> names.addAll(generation.chunkFiles()));
        return names;
    }
}
