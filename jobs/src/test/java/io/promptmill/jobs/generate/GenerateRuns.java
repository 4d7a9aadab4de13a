package io.promptmill.jobs.generate;

import io.promptmill.Sha256;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.output.ChunkPlan;
import io.promptmill.jobs.output.ChunkRecord;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.TestFolders;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.testing.TestSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** Runs {@code generate} inside this JVM and keeps what it prints. */
public final class GenerateRuns {
    public static final String PROMPTS = "../sample-prompts/prompts.parquet";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    public ExitCode generate(String input, Path output, String... options) throws RefusalException, IOException {
        return generate(() -> false, input, output.toString(), options);
    }

    public ExitCode generate(BooleanSupplier interrupted, String input, String output, String... options)
            throws RefusalException, IOException {
        List<String> all = new ArrayList<>(List.of("--input", input, "--output", output));
        all.addAll(List.of(options));
        return run(interrupted, all);
    }

    /** A run without an input. */
    ExitCode print(List<String> options) throws RefusalException, IOException {
        return run(() -> false, options);
    }

    private ExitCode run(BooleanSupplier interrupted, List<String> options) throws RefusalException, IOException {
        out.reset();
        err.reset();
        return new GenerateJob(
                        TestSpark.session(),
                        TestSettings.of(options.toArray(String[]::new)),
                        interrupted,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run();
    }

    /** What the latest run has printed as its result. */
    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What the latest run has printed beside that. */
    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** All files of a folder with the digests of their bytes. */
    public static Map<String, String> files(Path folder) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        if (!Files.exists(folder)) {
            return digests;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                digests.put(folder.relativize(file).toString(), Sha256.ofStream(Files.newInputStream(file)));
            }
        }
        return digests;
    }

    /** The chunk files of a folder with the digests of their bytes. */
    public static Map<String, String> chunks(Path folder) throws IOException {
        Map<String, String> chunks = files(folder);
        chunks.keySet().removeIf(name -> !ChunkPlan.isFileName(name));
        return chunks;
    }

    /** What the chunk files of a folder say of their rows, digests included; equal in any JVM, unlike whole files. */
    public static Map<String, ChunkRecord> records(Path folder) throws IOException {
        Map<String, ChunkRecord> records = new TreeMap<>();
        OutputFiles files = new OutputFiles(folder.toString(), new Configuration());
        for (String name : chunkNames(folder)) {
            records.put(name, TestFolders.record(files, name));
        }
        return records;
    }

    /** The names of the chunk files in a folder where a run may be at work. */
    public static Set<String> chunkNames(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(ChunkPlan::isFileName)
                    .collect(Collectors.toSet());
        }
    }

    /** Leaves of a finished generation what a driver leaves that is killed: no manifest, and not its first chunk. */
    public static void cut(Path output, int generation) throws IOException {
        Files.delete(output.resolve("_SUCCESS"));
        Files.delete(output.resolve(Manifest.file(generation)));
        String lost = chunkNames(output).stream()
                .filter(name -> name.contains("-g") == (generation > 0))
                .min(String::compareTo)
                .orElseThrow();
        Files.delete(output.resolve(lost));
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }
}
