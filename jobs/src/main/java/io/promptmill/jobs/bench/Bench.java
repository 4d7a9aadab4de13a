package io.promptmill.jobs.bench;

import io.promptmill.family.ModelShape;
import io.promptmill.model.LoadedModel;
import io.promptmill.model.ProfiledModel;
import java.util.List;

/**
 * Measures works on a loaded model, each in this order: a few tokens to warm up, the measured rounds, rounds that tell
 * where the time goes, and what the machine's matrix multiplication allows. Single-threaded; starts threads of its own.
 */
public final class Bench {
    private static final int WARMUP_TOKENS = 4;
    private static final double PROFILE_SECONDS = 2;

    private final LoadedModel model;
    private final ModelShape shape;
    private final String modelName;
    private final String precision;
    private final BenchSettings settings;

    /**
     * A benchmark of a model that stays the caller's to close.
     *
     * @param modelName for the report
     * @param precision in which the model was loaded, for the report
     */
    public Bench(LoadedModel model, ModelShape shape, String modelName, String precision, BenchSettings settings) {
        this.model = model;
        this.shape = shape;
        this.modelName = modelName;
        this.precision = precision;
        this.settings = settings;
    }

    /** Measures one work, whose positions the model has. */
    public BenchReport run(Work work) throws InterruptedException {
        List<Work.Row> rows = work.rows(settings.slots(), shape.vocabulary());
        WorkRun.of(model, shortened(rows), work.stream(), settings, settings.warmupSeconds());
        WorkRun run = WorkRun.of(model, rows, work.stream(), settings, settings.seconds());
        ProfiledModel profiled = new ProfiledModel(model);
        WorkRun profile =
                WorkRun.of(profiled, rows, work.stream(), settings, Math.min(settings.seconds(), PROFILE_SECONDS));
        Arithmetic arithmetic = Arithmetic.of(shape);
        return new BenchReport(
                modelName,
                precision,
                work,
                settings,
                run,
                StepSplit.of(profiled.times(), profile, settings.tasks()),
                Ceiling.measure(model, arithmetic, settings),
                arithmetic.perToken(rows),
                Memory.now());
    }

    private static List<Work.Row> shortened(List<Work.Row> rows) {
        return rows.stream()
                .map(row -> new Work.Row(row.tokens(), WARMUP_TOKENS, row.sequences()))
                .toList();
    }
}
