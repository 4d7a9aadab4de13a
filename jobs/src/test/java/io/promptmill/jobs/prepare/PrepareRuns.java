package io.promptmill.jobs.prepare;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.jobs.command.CommandLines;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.generate.GenerateRuns;
import io.promptmill.jobs.session.JobSession;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.jobs.tracking.OpenLineageEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;

/** Runs {@code prepare} inside this JVM and keeps what it prints. */
public final class PrepareRuns {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    public ExitCode prepare(Object input, Object output, String... options) throws RefusalException, IOException {
        return prepare(() -> false, input, output, options);
    }

    ExitCode prepare(BooleanSupplier interrupted, Object input, Object output, String... options)
            throws RefusalException, IOException {
        List<String> all = new ArrayList<>(List.of("--input", input.toString(), "--output", output.toString()));
        all.addAll(List.of(options));
        out.reset();
        err.reset();
        return new PrepareJob(
                        TestSpark.session(),
                        settings(all.toArray(String[]::new)),
                        interrupted,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run();
    }

    static PrepareSettings settings(String... options) throws RefusalException {
        PrepareCommand command = new PrepareCommand(new JobSession("never started"));
        String[] args = Stream.concat(Stream.of("prepare"), Stream.of(options)).toArray(String[]::new);
        return PrepareSettings.read(CommandLines.options(
                CommandLines.parse(CommandLines.of(List.of(command)), args).subcommand()));
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** All files of a data folder with the digests of their bytes, but for events, which tell when they happened. */
    static Map<String, String> files(Path folder) throws IOException {
        Map<String, String> files = GenerateRuns.files(folder);
        files.keySet().removeIf(name -> name.startsWith(OpenLineageEvent.FOLDER));
        return files;
    }

    /** An event of a data folder. */
    static JsonNode event(Path folder, String type) throws IOException {
        return Json.read(Files.readAllBytes(folder.resolve("events/prepare-" + type + ".json")), JsonNode.class);
    }

    static PreparedData data(Path folder) throws IOException {
        return PreparedData.read(new OutputFiles(folder.toString(), new Configuration()));
    }

    /** The rows of {@code train} or {@code held-out} in their order. */
    static List<Row> texts(Path folder) {
        return TestSpark.session()
                .read()
                .parquet(folder.toString())
                .orderBy(col("position"))
                .collectAsList();
    }
}
