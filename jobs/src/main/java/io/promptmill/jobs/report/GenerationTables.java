package io.promptmill.jobs.report;

import io.promptmill.jobs.output.ChunkWork;
import io.promptmill.jobs.output.ChunkWork.Place;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.output.StoredOutput;
import io.promptmill.jobs.report.GenerationWork.DoneChunk;
import io.promptmill.jobs.report.GenerationWork.Driver;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The tables of a page about an output folder. Immutable.
 *
 * @param output the folder
 * @param work what is recorded of who computed it
 */
record GenerationTables(StoredOutput output, GenerationWork work) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final int MOST_FILES = 20;

    static String time(Instant moment) {
        return TIME.format(moment);
    }

    /** The drivers, and what they have not told of. */
    HtmlTable runs() {
        List<List<String>> rows = new ArrayList<>();
        for (Driver driver : work.drivers()) {
            List<DoneChunk> done = work.chunks().stream()
                    .filter(chunk -> chunk.work().place().application().equals(driver.application()))
                    .toList();
            rows.add(List.of(
                    work.number(driver.application()) + ".",
                    driver.application(),
                    time(driver.begun()),
                    time(driver.ended()),
                    RunTables.whole(done.size()),
                    RunTables.whole(tokens(done)),
                    rate(tokens(done), driver.seconds())));
        }
        int chunks = output.chunkFiles().size() - work.chunks().size();
        if (chunks > 0) {
            rows.add(List.of(
                    "–",
                    "not recorded",
                    "–",
                    "–",
                    RunTables.whole(chunks),
                    RunTables.whole(allTokens() - work.tokens()),
                    "–"));
        }
        return new HtmlTable(
                List.of(
                        "Run",
                        "Spark application",
                        "First chunk begun",
                        "Last one done",
                        "Chunks",
                        "Tokens",
                        "Tokens/s"),
                rows);
    }

    private long allTokens() {
        return output.generations().stream()
                .flatMap(generation -> generation.manifest().stream())
                .mapToLong(Manifest::generatedTokens)
                .sum();
    }

    /** The executors. */
    HtmlTable places() {
        List<List<String>> rows = new ArrayList<>();
        for (Map.Entry<Place, List<DoneChunk>> entry : work.byPlace().entrySet()) {
            Place place = entry.getKey();
            List<DoneChunk> done = entry.getValue();
            double seconds = done.stream()
                    .map(DoneChunk::work)
                    .mapToDouble(ChunkWork::seconds)
                    .sum();
            rows.add(List.of(
                    work.name(place),
                    place.host(),
                    place.cpuCapability(),
                    RunTables.whole(done.size()),
                    RunTables.whole(done.stream().mapToLong(DoneChunk::prompts).sum()),
                    RunTables.whole(tokens(done)),
                    Figures.duration(seconds),
                    rate(tokens(done), seconds)));
        }
        return new HtmlTable(
                List.of(
                        "Executor",
                        "Machine",
                        "CPU capability",
                        "Chunks",
                        "Prompts",
                        "Tokens",
                        "Time of its tasks",
                        "Tokens/s of a task"),
                rows);
    }

    private static long tokens(List<DoneChunk> chunks) {
        return chunks.stream().mapToLong(DoneChunk::tokens).sum();
    }

    private static String rate(long tokens, double seconds) {
        return seconds == 0 ? "–" : RunTables.whole(Math.round(tokens / seconds));
    }

    /** What was asked for, by option; rows may have had others of their own. */
    HtmlTable settings() {
        return new HtmlTable(
                List.of(),
                output.plan().settings().entrySet().stream()
                        .map(setting -> List.of(setting.getKey(), RunTables.text(setting.getValue())))
                        .toList());
    }

    /** What made the rows, and of what. */
    HtmlTable origin() {
        RunPlan plan = output.plan();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("Model", plan.model()));
        if (plan.modelVersion() != null) {
            rows.add(List.of("Version", plan.modelVersion()));
        }
        rows.add(List.of("Digest of the model (SHA-256)", plan.modelDigest()));
        rows.add(List.of("Digest of its tokenizer (SHA-256)", plan.tokenizerDigest()));
        rows.add(List.of("Promptmill", plan.promptmill()));
        rows.add(List.of("CPU capability of the driver", plan.driverCpu()));
        rows.add(List.of(
                "Chunks",
                output.generations().stream()
                        .map(generation -> RunTables.whole(generation.plan().chunks()))
                        .collect(Collectors.joining(" + "))));
        rows.add(List.of("Sequences in flight in a task", RunTables.whole(plan.slots())));
        rows.add(List.of("Input", plan.input()));
        rows.add(List.of("Fingerprint", plan.fingerprint()));
        if (plan.inputTable() != null) {
            rows.add(List.of(
                    "Input table",
                    plan.inputTable().name() + ": " + plan.inputTable().state()));
        }
        plan.inputFiles().stream()
                .limit(MOST_FILES)
                .forEach(file -> rows.add(List.of("Input file", file.path() + ": " + file.state())));
        int more = plan.inputFiles().size() - MOST_FILES;
        if (more > 0) {
            rows.add(List.of("More input files", RunTables.whole(more)));
        }
        return new HtmlTable(List.of(), rows);
    }
}
