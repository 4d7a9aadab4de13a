package io.promptmill.jobs.output;

import io.promptmill.generation.GenerationStats;
import io.promptmill.jobs.output.ChunkReport.WrittenFile;
import io.promptmill.jobs.output.ChunkWork.Place;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.spark.rows.ProblemCount;
import io.promptmill.spark.rows.SequenceCounts;
import io.promptmill.spark.rows.TokenLengths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/** Folders of runs that never were. */
public final class TestOutputs {
    private static final Instant EVENING = Instant.parse("2026-11-28T21:00:00Z");

    private TestOutputs() {}

    /** The executor of that id of the driver of that number. */
    public static Place place(int driver, String executor) {
        return new Place("app-" + driver, executor, "node-" + executor, "AVX512");
    }

    /** Work that begins and ends so many seconds after nine in the evening. */
    public static ChunkWork work(Place place, long begun, long ended) {
        return new ChunkWork(place, EVENING.plusSeconds(begun), EVENING.plusSeconds(ended));
    }

    /** A chunk of ten prompts, eight of which are ok, with 2,000 tokens; {@code work} may be null. */
    public static ChunkReport report(RunPlan plan, int chunk, ChunkWork work) {
        return report(plan, chunk, work, "prompt_too_long", "7", "prompt_too_long: it has 2,000 tokens, why, remedy");
    }

    /** The same, with what is wrong with one prompt. */
    public static ChunkReport report(
            RunPlan plan, int chunk, ChunkWork work, String code, String firstId, String firstError) {
        List<Long> eightOfForty = new ArrayList<>(Collections.nCopies(36, 0L));
        eightOfForty.add(8L);
        SequenceCounts sequences = new SequenceCounts(
                5, 1, 2, new TokenLengths(24, 3, List.of(0L, 0L, 0L, 8L)), new TokenLengths(2000, 40, eightOfForty));
        List<ProblemCount> problems = List.of(
                new ProblemCount("rejected", code, 1, firstId, firstError),
                new ProblemCount("failed", "no_valid_token", 1, "9", "no_valid_token: what, why, remedy"));
        return new ChunkReport(
                chunk,
                new WrittenFile(plan.chunkPlan().fileName(chunk), 10, 5000, "abc"),
                new ChunkCounts(8, 1, 1, 2000, problems, sequences),
                GenerationStats.NONE,
                null,
                work,
                List.of());
    }

    /** Writes the records of a finished run, and files in the place of its chunks. */
    public static StoredOutput write(Path folder, RunPlan plan, List<ChunkReport> reports) throws IOException {
        Files.createDirectories(folder.resolve(OutputFiles.METADATA_FOLDER));
        Files.writeString(folder.resolve(RunPlan.file(plan.generation())), Json.write(plan));
        Files.writeString(
                folder.resolve(Manifest.file(plan.generation())), Json.write(Manifest.of(plan.fingerprint(), reports)));
        SortedMap<Integer, ChunkWork> work = new TreeMap<>();
        for (ChunkReport report : reports) {
            Files.writeString(folder.resolve(report.file().name()), "");
            if (report.work() != null) {
                work.put(report.chunk(), report.work());
            }
        }
        if (!work.isEmpty()) {
            Files.writeString(
                    folder.resolve(RunWork.file(plan.generation())),
                    Json.writeCompact(RunWork.of(plan.fingerprint(), work)));
        }
        return StoredOutput.of(new OutputFiles(folder.toString(), new Configuration()));
    }
}
