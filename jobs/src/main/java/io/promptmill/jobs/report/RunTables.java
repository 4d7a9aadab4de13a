package io.promptmill.jobs.report;

import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.tracking.Machine;
import io.promptmill.jobs.tracking.RunRecord;
import io.promptmill.jobs.tracking.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a run's records say, as rows of a title and a text, for its page and the card of its model. Stateless. */
public final class RunTables {
    private static final double KIBI = 1024;

    private RunTables() {}

    /** What was asked for, by option. */
    public static List<List<String>> parameters(RunRecord run) {
        return run.parameters().entrySet().stream()
                .map(entry -> List.of(entry.getKey(), text(entry.getValue())))
                .toList();
    }

    /** A value of an option. */
    static String text(Object value) {
        if (value instanceof Number number) {
            return number.toString().toLowerCase(Locale.ROOT); // 1.0e-4
        }
        return value instanceof String text ? text : Json.writeCompact(value);
    }

    /** What it learned from. */
    public static List<List<String>> data(TrainingData data) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("Path", data.path()));
        rows.add(List.of("Digest", data.digest()));
        if (data.posts() != null) {
            rows.add(List.of("Texts", whole(data.posts())));
        }
        rows.add(List.of("Tokens in an epoch", whole(data.tokens())));
        rows.add(List.of("Blocks", whole(data.blocks()) + " of " + whole(data.blockSize()) + " tokens"));
        if (data.heldOutDigest() != null) {
            rows.add(List.of("Held-out digest", data.heldOutDigest()));
        }
        if (data.heldOutPosts() != null) {
            rows.add(List.of("Held-out texts", whole(data.heldOutPosts())));
        }
        if (data.heldOutTokens() != null) {
            rows.add(List.of("Held-out tokens", whole(data.heldOutTokens())));
        }
        return rows;
    }

    /** What it ran on. */
    static List<List<String>> machine(RunRecord run) {
        Machine machine = run.machine();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("Processor", machine.cpu()));
        rows.add(List.of("Device", machine.device()));
        rows.add(List.of("Cores", whole(machine.cores())));
        rows.add(List.of("Threads", whole(machine.threads())));
        if (machine.memoryBytes() != null) {
            rows.add(List.of(
                    "Memory", String.format(Locale.ROOT, "%.1f GiB", machine.memoryBytes() / KIBI / KIBI / KIBI)));
        }
        rows.add(List.of("Promptmill", run.codeVersion()));
        return rows;
    }

    /** A number with commas between thousands. */
    public static String whole(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A loss or the like. */
    public static String decimal(double number) {
        return String.format(Locale.ROOT, "%,.3f", number);
    }
}
