package io.promptmill.jobs.bench;

import io.promptmill.PromptResult;
import io.promptmill.generation.CausalLm;
import io.promptmill.generation.GenerationEngine;
import io.promptmill.generation.GenerationStats;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Rounds of a work on all tasks at once.
 *
 * @param seconds wall clock, from the first prompt to the last result of the last task
 * @param rounds of each task
 * @param stats of all engines together
 */
record WorkRun(double seconds, int rounds, GenerationStats stats) {

    /** Generates, one engine a task. */
    static WorkRun of(CausalLm model, List<Work.Row> rows, Work.Stream kind, BenchSettings settings, double seconds)
            throws InterruptedException {
        Rounds rounds = new Rounds(seconds);
        List<Callable<GenerationStats>> tasks = new ArrayList<>();
        for (int task = 0; task < settings.tasks(); task++) {
            WorkStream prompts = new WorkStream(rows, kind, rounds, settings, task);
            tasks.add(() -> generate(model, prompts, settings));
        }
        long start = System.nanoTime();
        GenerationStats stats = inParallel(tasks).stream().reduce(GenerationStats.NONE, GenerationStats::plus);
        return new WorkRun((System.nanoTime() - start) / 1e9, rounds.count(), stats);
    }

    /** The results of tasks that run at the same time, each on a thread of its own. */
    static <T> List<T> inParallel(List<Callable<T>> tasks) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> done : threads.invokeAll(tasks)) {
                results.add(done.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "A task of the benchmark failed: " + e.getCause().getMessage(), e);
        } finally {
            threads.shutdownNow();
        }
    }

    double tokensPerSecond() {
        return stats.generatedTokens() / seconds;
    }

    private static GenerationStats generate(CausalLm model, WorkStream prompts, BenchSettings settings) {
        try (GenerationEngine engine = new GenerationEngine(model, null, settings.engine())) {
            while (prompts.beginRound()) {
                Iterator<PromptResult> results = engine.generate(prompts);
                while (results.hasNext()) {
                    PromptResult result = results.next();
                    if (result.status() != PromptResult.Status.OK) {
                        throw new IllegalStateException(result.problem().toString());
                    }
                }
            }
            return engine.stats();
        }
    }
}
