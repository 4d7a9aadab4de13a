package io.promptmill.jobs.versions;

import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.jobs.store.Json;
import io.promptmill.pretrained.ModelVersion;
import io.promptmill.pretrained.ModelVersions;
import io.promptmill.pretrained.ModelVersions.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The versions of one model, as {@code models} shows them.
 *
 * @param folder as it was named
 * @param versions what is there
 */
record VersionList(String folder, ModelVersions versions) {
    private static final List<String> HEADS = List.of(
            "version", "held-out loss", "perplexity", "training loss", "trained on", "made from", "created", "");
    private static final int SHOWN_DIGITS = 12;

    /** What somebody asks for by a word; an answer or a reason. */
    private interface Choice {
        ModelVersion version() throws InvalidCheckpointException;
    }

    /** For people: a table, and below it what cannot be shown in one. */
    String table() {
        List<List<String>> rows = new ArrayList<>(List.of(HEADS));
        List<String> notes = new ArrayList<>();
        for (Entry entry : versions.entries()) {
            entry.version().ifPresent(version -> rows.add(row(version)));
            entry.problem().ifPresent(problem -> notes.add(entry.folderName() + " cannot be read: " + problem.what()));
        }
        versions.unfinished()
                .forEach(name -> notes.add(
                        name + " is no version: a run is at work or has died, and it has no " + ModelVersion.FILE));
        versions.misnamed()
                .forEach(name ->
                        notes.add(name + " is no version: they are named v1, v2, and so on, without zeros in front"));
        whyNone(versions::best).ifPresent(why -> notes.add("@best is none: " + why));
        StringBuilder text = new StringBuilder(folder).append(System.lineSeparator());
        if (rows.size() > 1) {
            int[] widths = widths(rows);
            rows.forEach(row -> text.append("  ").append(line(row, widths)).append(System.lineSeparator()));
        }
        notes.forEach(note -> text.append("  ").append(note).append(System.lineSeparator()));
        return text.toString();
    }

    /** One line of JSON: what each {@code promptmill.json} holds. */
    String json() {
        List<Map<String, Object>> listed = new ArrayList<>();
        for (Entry entry : versions.entries()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("folder", entry.folderName());
            entry.version().ifPresent(version -> fields.putAll(version.fields()));
            entry.problem().ifPresent(problem -> fields.put("problem", problem.what()));
            listed.add(fields);
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("misnamed", versions.misnamed());
        fields.put("model", folder);
        name(versions::latest).ifPresent(name -> fields.put("latest", name));
        name(versions::best).ifPresent(name -> fields.put("best", name));
        whyNone(versions::best).ifPresent(why -> fields.put("no_best", why));
        fields.put("versions", listed);
        fields.put("unfinished", versions.unfinished());
        return Json.writeCompact(fields);
    }

    private List<String> row(ModelVersion version) {
        Optional<String> name = Optional.of(version.folderName());
        List<String> marks = new ArrayList<>();
        if (name.equals(name(versions::latest))) {
            marks.add("@latest");
        }
        if (name.equals(name(versions::best))) {
            marks.add("@best");
        }
        return List.of(
                version.folderName(),
                number("%.4f", version.losses().eval()),
                number("%.2f", version.losses().perplexity()),
                number("%.4f", version.losses().train()),
                shown(version.data().path(), version.data().digest()),
                version.parent()
                        .map(parent -> shown(parent.location(), parent.digest()))
                        .orElse("scratch"),
                InvalidCheckpointException.oneLine(version.created()),
                String.join(" ", marks));
    }

    private static String number(String format, OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, format, value.getAsDouble()) : "-";
    }

    // Both come from a file that anybody may have written.
    private static String shown(String place, String digest) {
        String digits = digest.substring(0, Math.min(SHOWN_DIGITS, digest.length()));
        return InvalidCheckpointException.oneLine(place) + " " + InvalidCheckpointException.oneLine(digits);
    }

    private static int[] widths(List<List<String>> rows) {
        int[] widths = new int[HEADS.size()];
        rows.forEach(row -> {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        });
        return widths;
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            line.append(String.format(Locale.ROOT, "%-" + (widths[column] + 2) + "s", row.get(column)));
        }
        return line.toString().stripTrailing();
    }

    private static Optional<String> name(Choice choice) {
        try {
            return Optional.of(choice.version().folderName());
        } catch (InvalidCheckpointException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> whyNone(Choice choice) {
        try {
            var unused = choice.version();
            return Optional.empty();
        } catch (InvalidCheckpointException e) {
            return Optional.of(e.problem().what() + ", " + e.problem().why());
        }
    }
}
