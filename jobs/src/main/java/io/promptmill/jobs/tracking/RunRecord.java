package io.promptmill.jobs.tracking;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.promptmill.jobs.store.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A training run: the content of {@code run.json}. Immutable; a later state is another record.
 *
 * @param id {@code 20261128T154500Z-1a2b3c}: when it started, and six hexadecimal digits
 * @param model name of the model that it makes
 * @param status where it is
 * @param started ISO instant
 * @param ended ISO instant; null while it runs
 * @param codeVersion of Promptmill
 * @param machine what it runs on
 * @param parameters resolved settings by option name, without dashes in front
 * @param data what it learns from
 * @param parent the model it starts from; null for one from scratch
 * @param result the version that it wrote; null until there is one
 * @param totals what was done so far
 * @param losses what it came to
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RunRecord(
        String id,
        String model,
        RunStatus status,
        String started,
        String ended,
        String codeVersion,
        Machine machine,
        Map<String, Object> parameters,
        TrainingData data,
        ModelReference parent,
        ModelReference result,
        Totals totals,
        Losses losses) {
    private static final Pattern ID = Pattern.compile("\\d{8}T\\d{6}Z-[0-9a-f]{6}");
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    public RunRecord {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("no id of a run: " + id);
        }
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(status, "status");
        checkInstant(started);
        if (ended != null) {
            checkInstant(ended);
        }
        Objects.requireNonNull(codeVersion, "codeVersion");
        Objects.requireNonNull(machine, "machine");
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(totals, "totals");
        Objects.requireNonNull(losses, "losses");
    }

    /** The id of a run; the lower 24 bits of {@code distinction} tell apart what starts in the same second. */
    public static String id(Instant started, int distinction) {
        return ID_TIME.format(started) + String.format(Locale.ROOT, "-%06x", distinction & 0xffffff);
    }

    /** Reads a run from any bytes: a whole one, or an {@link IOException}. */
    public static RunRecord parse(byte[] json) throws IOException {
        return Json.read(json, RunRecord.class);
    }

    /** The content of {@code run.json}. */
    public byte[] json() {
        return (Json.write(this) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Its progress, while it goes on. */
    public RunRecord at(Totals newTotals, Losses newLosses) {
        return with(status, ended, result, newTotals, newLosses);
    }

    /** Its end; {@code newResult} is null where no version was written. */
    public RunRecord ended(RunStatus newStatus, Instant at, ModelReference newResult) {
        return with(newStatus, at.toString(), newResult, totals, losses);
    }

    private RunRecord with(
            RunStatus newStatus, String newEnd, ModelReference newResult, Totals newTotals, Losses newLosses) {
        return new RunRecord(
                id,
                model,
                newStatus,
                started,
                newEnd,
                codeVersion,
                machine,
                parameters,
                data,
                parent,
                newResult,
                newTotals,
                newLosses);
    }

    private static void checkInstant(String text) {
        var unused = Instant.parse(text);
    }
}
