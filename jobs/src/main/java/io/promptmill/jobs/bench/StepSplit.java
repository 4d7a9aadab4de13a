package io.promptmill.jobs.bench;

import io.promptmill.model.CallTimes;

/**
 * Where the time of a step goes, in milliseconds of one task. All parts add up to {@code total}.
 *
 * @param network from token ids to logits
 * @param sampling from logits to the next token
 * @param jni the call itself: tensors made of arrays, the way into native code and back
 * @param prefill computing prompts into slots, spread over all steps
 * @param cache keeping the cache, likewise
 * @param engine everything else: the engine's own Java
 * @param total all time of a task divided by its steps
 */
record StepSplit(
        double network, double sampling, double jni, double prefill, double cache, double engine, double total) {

    /**
     * The split of a run on a profiled model.
     *
     * @param tasks that ran at the same time
     */
    static StepSplit of(CallTimes times, WorkRun run, int tasks) {
        double steps = Math.max(1, times.steps()) * 1e6;
        double prefill = times.prefillNanos() / steps;
        double cache = times.cacheNanos() / steps;
        double total = (run.seconds() * 1e9 * tasks - times.extraNanos()) / steps;
        // Which steps were taken apart is chance; their shares hold for all.
        double apart = times.networkMillis() + times.samplingMillis() + times.callMillis();
        double scale = apart == 0 ? 0 : times.stepMillis() / apart;
        return new StepSplit(
                times.networkMillis() * scale,
                times.samplingMillis() * scale,
                times.callMillis() * scale,
                prefill,
                cache,
                total - prefill - cache - times.stepMillis(),
                total);
    }
}
