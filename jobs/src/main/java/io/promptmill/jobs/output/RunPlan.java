package io.promptmill.jobs.output;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.promptmill.jobs.input.InputFile;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.table.TableState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a run is about to do: the content of {@code _promptmill/plan.json}, written before the first row and never
 * changed. Immutable.
 *
 * @param fingerprint digest of {@link #fingerprintFields}
 * @param generation 0 for a folder's first run; one more for each time that new prompts were appended
 * @param appendedTo fingerprint of the plan before; empty for the first
 * @param promptmill version of the code
 * @param model the folder that the model came from, or what the hub calls it, with the commit
 * @param modelAsked what {@code --model} called it; as {@code model} in plans of before there were versions
 * @param modelVersion the version that it is, such as {@code v3}, or its commit on the hub; null where it is neither
 * @param modelDigest digest of the checkpoint's files that can change the output
 * @param tokenizerDigest digest of the tokenizer in its canonical form; {@code none} where there is none
 * @param input where the prompts came from
 * @param inputFiles the input's files, by path
 * @param inputTable the table that the prompts are in; null where they are in none
 * @param rows prompts of the input
 * @param chunks number of chunks
 * @param slots sequences in flight in one task
 * @param driverCpu {@link io.promptmill.model.CpuCapability} of the driver's machine, for information: rows are made on
 *     executors
 * @param settings the resolved settings by option name
 * @param outputSchema the rows' schema as Spark's JSON
 */
@JsonPropertyOrder({
    "fingerprint",
    "generation",
    "appendedTo",
    "promptmill",
    "model",
    "modelAsked",
    "modelVersion",
    "modelDigest",
    "tokenizerDigest",
    "input",
    "inputFiles",
    "inputTable",
    "rows",
    "chunks",
    "slots",
    "driverCpu",
    "settings",
    "outputSchema"
})
public record RunPlan(
        @JsonProperty("fingerprint") String fingerprint,
        @JsonProperty("generation") int generation,
        @JsonProperty("appendedTo") String appendedTo,
        @JsonProperty("promptmill") String promptmill,
        @JsonProperty("model") String model,
        @JsonProperty("modelAsked") String modelAsked,
        @JsonProperty("modelVersion") @JsonInclude(JsonInclude.Include.NON_NULL) String modelVersion,
        @JsonProperty("modelDigest") String modelDigest,
        @JsonProperty("tokenizerDigest") String tokenizerDigest,
        @JsonProperty("input") String input,
        @JsonProperty("inputFiles") List<InputFile> inputFiles,
        @JsonProperty("inputTable") @JsonInclude(JsonInclude.Include.NON_NULL) TableState inputTable,
        @JsonProperty("rows") long rows,
        @JsonProperty("chunks") int chunks,
        @JsonProperty("slots") int slots,
        @JsonProperty("driverCpu") String driverCpu,
        @JsonProperty("settings") Map<String, Object> settings,
        @JsonProperty("outputSchema") String outputSchema) {
    /** The first run's file. */
    public static final String FILE = file(0);

    public RunPlan {
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(promptmill, "promptmill");
        Objects.requireNonNull(model, "model");
        modelAsked = Objects.requireNonNullElse(modelAsked, model);
        Objects.requireNonNull(modelDigest, "modelDigest");
        Objects.requireNonNull(tokenizerDigest, "tokenizerDigest");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(outputSchema, "outputSchema");
        inputFiles = List.copyOf(inputFiles);
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
        Objects.requireNonNull(appendedTo, "appendedTo");
        var unused = new ChunkPlan(chunks, generation); // checks the ranges
    }

    /** The file of a generation's plan. */
    static String file(int generation) {
        return OutputFiles.METADATA_FOLDER + "/plan" + ChunkPlan.suffix(generation) + ".json";
    }

    /** Reads a plan from any bytes: a whole one that matches its own fingerprint, or an {@link IOException}. */
    public static RunPlan parse(byte[] json) throws IOException {
        RunPlan plan = Json.read(json, RunPlan.class);
        String digest;
        try {
            digest = plan.fingerprintFields().digest();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
        if (!digest.equals(plan.fingerprint)) {
            throw new IOException("its content does not match its fingerprint");
        }
        return plan;
    }

    /** How its prompts are cut into chunks. */
    public ChunkPlan chunkPlan() {
        return new ChunkPlan(chunks, generation);
    }

    /** This plan with the fingerprint of its fields. */
    public RunPlan signed() {
        return with(fingerprintFields().digest(), generation, appendedTo, rows);
    }

    /** This plan in the same generation as another. */
    RunPlan inGenerationOf(RunPlan other) {
        return with("", other.generation, other.appendedTo, rows).signed();
    }

    /** This plan as the generation after another, for so many new prompts. */
    RunPlan after(RunPlan other) {
        return with("", other.generation + 1, other.fingerprint, rows).signed();
    }

    /** This plan for another number of prompts, which the input and the generation decide. */
    RunPlan forRows(long newRows) {
        return with(fingerprint, generation, appendedTo, newRows);
    }

    private RunPlan with(String newFingerprint, int newGeneration, String newAppendedTo, long newRows) {
        return new RunPlan(
                newFingerprint,
                newGeneration,
                newAppendedTo,
                promptmill,
                model,
                modelAsked,
                modelVersion,
                modelDigest,
                tokenizerDigest,
                input,
                inputFiles,
                inputTable,
                newRows,
                chunks,
                slots,
                driverCpu,
                settings,
                outputSchema);
    }

    /**
     * What can change the output, and which version of a model was asked for. The model's place, the slots and the driver's
     * CPU are not among it: the same files give the same rows from anywhere, in any batch.
     */
    public Fingerprint fingerprintFields() {
        Map<String, String> fields = new TreeMap<>();
        fields.put("version of promptmill", promptmill);
        fields.put("digest of the model", modelDigest);
        if (modelVersion != null) {
            fields.put("chosen version of the model", modelVersion);
        }
        fields.put("digest of the tokenizer", tokenizerDigest);
        fields.put(Fingerprint.CHUNKS, Integer.toString(chunks));
        if (generation > 0) {
            fields.put(Fingerprint.GENERATION, generation + " after " + appendedTo);
        }
        settings.forEach(
                (name, value) -> fields.put(name, value instanceof String text ? text : Json.writeCompact(value)));
        inputFiles.forEach(file -> fields.put(Fingerprint.INPUT_FILE + file.path(), file.state()));
        if (inputTable != null) {
            fields.put(Fingerprint.INPUT_TABLE + inputTable.name(), inputTable.state());
        }
        int position = 0;
        for (Column column : Schema.parse(outputSchema).fields) {
            String type = column.type instanceof String name ? name : Json.writeCompact(column.type);
            fields.put(Fingerprint.OUTPUT_COLUMN + column.name, "number " + position++ + ", " + type);
        }
        return new Fingerprint(new TreeMap<>(fields));
    }

    /** As much of Spark's JSON of a schema as a fingerprint needs; Spark's own reader is not made for any bytes. */
    record Schema(@JsonProperty("fields") List<Column> fields) {
        Schema {
            fields = List.copyOf(fields);
        }

        static Schema parse(String json) {
            try {
                return Json.read(json.getBytes(StandardCharsets.UTF_8), Schema.class);
            } catch (IOException e) {
                throw new UncheckedIOException("its schema cannot be read", e);
            }
        }
    }

    /** One column; its type is a name or an object. */
    record Column(@JsonProperty("name") String name, @JsonProperty("type") Object type) {}
}
