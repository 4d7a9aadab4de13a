/**
 * What {@code promptmill bench} measures, apart from options and console of the command itself: the works ({@code Work}),
 * a made-up checkpoint ({@code MadeUpCheckpoint}), the run of several engines over one model ({@code WorkRun}), the
 * arithmetic that the work needs ({@code Arithmetic}), and what comes out ({@code BenchReport}). {@code Bench} is the
 * order of it all. Knows nothing of Spark, files of prompts or exit codes.
 */
package io.promptmill.jobs.bench;
