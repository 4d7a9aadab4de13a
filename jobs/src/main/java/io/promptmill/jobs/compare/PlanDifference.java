package io.promptmill.jobs.compare;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.promptmill.jobs.input.InputFile;
import io.promptmill.jobs.output.ChunkWork;
import io.promptmill.jobs.output.Fingerprint;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.StoredOutput;
import io.promptmill.jobs.output.StoredOutput.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Something that two runs were begun with, or ran on, that differs and can change a row.
 *
 * @param field its name, for settings that of the option
 * @param a its value in A, shortened
 * @param b its value in B, shortened
 */
@JsonPropertyOrder({"field", "a", "b"})
record PlanDifference(String field, String a, String b) {
    private static final int SHOWN_FILES = 3;
    private static final String NONE = "none";

    /** All there are. */
    static List<PlanDifference> of(StoredOutput a, StoredOutput b) {
        List<PlanDifference> differences = new ArrayList<>();
        Fingerprint planOfA = a.plan().fingerprintFields();
        Fingerprint planOfB = b.plan().fingerprintFields();
        planOfA.differing(planOfB)
                .forEach(field ->
                        differences.add(new PlanDifference(field, planOfA.shown(field), planOfB.shown(field))));
        add(differences, "input", a, b, PlanDifference::input);
        add(differences, "CPU capability", a, b, PlanDifference::capabilities);
        return differences;
    }

    private static void add(
            List<PlanDifference> differences,
            String field,
            StoredOutput a,
            StoredOutput b,
            Function<StoredOutput, List<String>> values) {
        List<String> ofA = values.apply(a);
        List<String> ofB = values.apply(b);
        if (!ofA.equals(ofB)) {
            differences.add(new PlanDifference(field, beside(ofA, ofB), beside(ofB, ofA)));
        }
    }

    /** What the others lack. */
    private static String beside(List<String> values, List<String> others) {
        List<String> own = new ArrayList<>(values);
        others.forEach(own::remove);
        if (own.isEmpty()) {
            return NONE;
        }
        return String.join(", ", own.subList(0, Math.min(SHOWN_FILES, own.size())))
                + (own.size() > SHOWN_FILES ? " and " + (own.size() - SHOWN_FILES) + " more" : "");
    }

    /** What is in the files and the table, wherever they are and of whatever time. */
    private static List<String> input(StoredOutput output) {
        Stream<String> files = output.plan().inputFiles().stream().map(PlanDifference::content);
        Stream<String> table = Stream.ofNullable(output.plan().inputTable())
                .map(state -> "a table of " + state.rows() + " rows with digest " + state.digest());
        return Stream.concat(files, table).sorted().toList();
    }

    private static String content(InputFile file) {
        return file.bytes() + " bytes "
                + (file.sha256() == null
                        ? "with footer " + file.footer()
                        : file.format() + " with SHA-256 " + file.sha256())
                + (file.name() == null ? "" : " and rows called " + file.name());
    }

    private static List<String> capabilities(StoredOutput output) {
        TreeSet<String> capabilities = new TreeSet<>();
        for (Generation generation : output.generations()) {
            generation.work().values().stream()
                    .map(ChunkWork::place)
                    .map(ChunkWork.Place::cpuCapability)
                    .forEach(capabilities::add);
            generation
                    .manifest()
                    .map(Manifest::cpuCapabilities)
                    .ifPresent(known -> capabilities.addAll(known.values()));
        }
        if (capabilities.isEmpty()) {
            capabilities.add(output.plan().driverCpu());
        }
        return List.copyOf(capabilities);
    }
}
