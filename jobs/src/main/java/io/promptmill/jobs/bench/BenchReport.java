package io.promptmill.jobs.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.generation.GenerationStats;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What came out for one work.
 *
 * @param model what was measured, in words
 * @param precision of the arithmetic
 * @param settings what was asked for
 * @param run the measured rounds
 * @param split of a step, from a round of its own
 * @param ceiling of the machine
 * @param flopsPerToken that the work needs
 * @param memory of the process afterwards
 */
public record BenchReport(
        String model,
        String precision,
        Work work,
        BenchSettings settings,
        WorkRun run,
        StepSplit split,
        Ceiling ceiling,
        double flopsPerToken,
        Memory memory) {
    private static final double GIB = 1 << 30;

    /** Generated tokens a second, all tasks together. */
    double tokensPerSecond() {
        return run.tokensPerSecond();
    }

    /** The rate if nothing but the work's matrix multiplications took time. */
    double ceilingTokensPerSecond() {
        return ceiling.flopsPerSecond() / flopsPerToken;
    }

    /** Share of the ceiling that was reached, 0 to about 1. */
    double ceilingShare() {
        return tokensPerSecond() / ceilingTokensPerSecond();
    }

    /** Sequences that an average step of one task computed. */
    private double rowsPerStep() {
        return (double) run.stats().computedRows() / Math.max(1, run.stats().steps());
    }

    /** One line of JSON; times in milliseconds. */
    public String json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("work", work.spelled());
        fields.put("model", model);
        fields.put("precision", precision);
        fields.put("mode", settings.mode());
        fields.put("tasks", settings.tasks());
        fields.put("slots", settings.slots());
        fields.put("rounds", run.rounds());
        fields.put("tokens", run.stats().generatedTokens());
        fields.put("seconds", run.seconds());
        fields.put("tokens_per_s", Math.round(tokensPerSecond() * 10) / 10.0);
        fields.put("step_ms", split);
        fields.put("slot_use", run.stats().slotUse());
        fields.put("rows_per_step", rowsPerStep());
        fields.put("padding_share", run.stats().paddingShare());
        fields.put(
                "peak_resident_bytes",
                memory.peakResidentBytes().stream().boxed().findFirst().orElse(null));
        fields.put("heap_bytes", memory.heapBytes());
        fields.put("matmul_flops_per_s", ceiling.flopsPerSecond());
        fields.put("flops_per_token", flopsPerToken);
        fields.put("ceiling_tokens_per_s", ceilingTokensPerSecond());
        fields.put("ceiling_share", ceilingShare());
        try {
            return new ObjectMapper().writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Numbers and texts can be written as JSON", e);
        }
    }

    /** The same for people. */
    public String table() {
        GenerationStats stats = run.stats();
        StringBuilder text = new StringBuilder();
        line(text, "%s: %s", work.spelled(), work.description());
        line(
                text,
                "  %s, %s, %s, %d %s of %d slots, one thread each",
                model,
                precision,
                settings.mode(),
                settings.tasks(),
                settings.tasks() == 1 ? "task" : "tasks",
                settings.slots());
        line(
                text,
                "  %,.1f tokens/s (%,d tokens in %.1f s)",
                tokensPerSecond(),
                stats.generatedTokens(),
                run.seconds());
        line(text, "  a step of a task takes %14.2f ms", split.total());
        part(text, "network", split.network());
        part(text, "sampling", split.sampling());
        part(text, "JNI", split.jni());
        part(text, "prefill", split.prefill());
        part(text, "cache", split.cache());
        part(text, "engine", split.engine());
        line(
                text,
                "  slots in use %.1f %%, %.1f rows a step, padding %.1f %% of positions",
                100 * stats.slotUse(),
                rowsPerStep(),
                100 * stats.paddingShare());
        line(
                text,
                "  memory: %s resident at most, %.2f GiB of heap in use",
                memory.peakResidentBytes().isEmpty()
                        ? "unknown"
                        : String.format(
                                Locale.ROOT,
                                "%.2f GiB",
                                memory.peakResidentBytes().getAsLong() / GIB),
                memory.heapBytes() / GIB);
        line(
                text,
                "  %.1f %% of what matrix multiplication alone allows: %,.1f tokens/s at %,.1f GFLOP/s, %,.1f MFLOP a token",
                100 * ceilingShare(),
                ceilingTokensPerSecond(),
                ceiling.flopsPerSecond() / 1e9,
                flopsPerToken / 1e6);
        return text.toString();
    }

    private void part(StringBuilder text, String name, double millis) {
        line(text, "    %-12s %22.2f ms %5.1f %%", name, millis, 100 * millis / split.total());
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
