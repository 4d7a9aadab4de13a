package io.promptmill.jobs.compare;

import io.promptmill.Amount;
import io.promptmill.jobs.compare.Side.Field;
import io.promptmill.jobs.markup.PlainLine;
import io.promptmill.jobs.output.StoredOutput;
import io.promptmill.jobs.store.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What is told of two outputs.
 *
 * @param compared names of the columns that were compared
 * @param chosen whether these were asked for
 * @param rows what came of it
 */
record CompareResult(Side a, Side b, List<String> compared, boolean chosen, Comparison rows) {
    private static final int ID_CHARACTERS = 100;

    /** Whether all rows and, where none were asked for, all columns are the same. */
    boolean isEqual() {
        return rows.isEqual() && columnsThatDiffer().isEmpty();
    }

    /** Those of the tables, as opposed to their values: that only one side has, or has with another type. */
    private List<PlanDifference> columnsThatDiffer() {
        List<PlanDifference> differences = new ArrayList<>();
        if (!chosen) {
            a.columns().forEach((name, field) -> {
                String there = b.columns().containsKey(name) ? type(b.columns().get(name)) : null;
                if (!type(field).equals(there)) {
                    differences.add(new PlanDifference(name, type(field), there));
                }
            });
            b.columns().keySet().stream()
                    .filter(name -> !a.columns().containsKey(name))
                    .forEach(name -> differences.add(
                            new PlanDifference(name, null, type(b.columns().get(name)))));
        }
        return differences;
    }

    private static String type(Field field) {
        return field.type().catalogString();
    }

    /** For people. */
    String words() {
        StringBuilder text = new StringBuilder();
        line(text, "A: %s", place(a.output()));
        line(text, "B: %s", place(b.output()));
        List<PlanDifference> plans = PlanDifference.of(a.output(), b.output());
        if (isEqual()) {
            line(
                    text,
                    "equal: %s",
                    Amount.of(rows.equal(), "row") + (chosen ? " in " + String.join(", ", compared) : ""));
            if (!plans.isEmpty()) {
                line(text, "although the runs differ in %s", fields(plans));
            }
            return text.toString();
        }
        line(
                text,
                "different: %s equal, %,d different, %,d only in A%s, %,d only in B%s",
                Amount.of(rows.equal(), "row"),
                rows.different(),
                rows.onlyA(),
                waiting(rows.notYetInB(), "B"),
                rows.onlyB(),
                waiting(rows.notYetInA(), "A"));
        columnsThatDiffer()
                .forEach(column -> line(
                        text,
                        "  the column %s is %s in A and %s in B",
                        PlainLine.of(column.field()),
                        Objects.requireNonNullElse(column.a(), "absent"),
                        Objects.requireNonNullElse(column.b(), "absent")));
        if (!rows.byColumn().isEmpty()) {
            line(
                    text,
                    "rows by column that differs: %s",
                    compared.stream()
                            .filter(rows.byColumn()::containsKey)
                            .map(name -> String.format(
                                    Locale.ROOT, "%s %,d", name, rows.byColumn().get(name)))
                            .collect(Collectors.joining(", ")));
        }
        rows.first().forEach(difference -> line(text, "  %s", words(difference)));
        if (plans.isEmpty()) {
            line(
                    text,
                    "nothing explains it in what is known of the runs: model, settings, seed, input, versions and CPU"
                            + " capability are the same");
        } else {
            line(text, "what differs between the runs:");
            plans.forEach(plan -> line(text, "  %s is %s in A and %s in B", plan.field(), plan.a(), plan.b()));
        }
        return text.toString();
    }

    private static String words(Difference difference) {
        String row = "id " + PlainLine.of(difference.id(), ID_CHARACTERS)
                + (difference.index() == null ? "" : ", index " + difference.index());
        if (difference.column() == null) {
            return row + ": only in " + (difference.a() == null ? "B" : "A");
        }
        return row + ", " + difference.column() + ": " + difference.a() + " in A, " + difference.b() + " in B";
    }

    private static String waiting(long rows, String side) {
        return rows == 0
                ? ""
                : String.format(Locale.ROOT, " (%,d of them in chunks that %s has not computed)", rows, side);
    }

    private static String fields(List<PlanDifference> plans) {
        return plans.stream().map(PlanDifference::field).collect(Collectors.joining(", "));
    }

    private static String place(StoredOutput output) {
        long missing = output.generations()
                .get(output.generations().size() - 1)
                .missingChunks()
                .size();
        return output.files().folder()
                + (output.finished()
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                " (not finished, %,d of %s there)",
                                output.plan().chunks() - missing,
                                Amount.of(output.plan().chunks(), "chunk")));
    }

    /** For programs. */
    String json() {
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("equal", rows.equal());
        counts.put("different", rows.different());
        counts.put("only_a", rows.onlyA());
        counts.put("only_b", rows.onlyB());
        counts.put("not_yet_in_a", rows.notYetInA());
        counts.put("not_yet_in_b", rows.notYetInB());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("equal", isEqual());
        fields.put("a", a.output().files().folder().toString());
        fields.put("b", b.output().files().folder().toString());
        fields.put("rows", counts);
        fields.put("columns", rows.byColumn());
        fields.put("tables", columnsThatDiffer());
        fields.put("first", rows.first());
        fields.put("plans", PlanDifference.of(a.output(), b.output()));
        return Json.writeCompact(fields) + System.lineSeparator();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
