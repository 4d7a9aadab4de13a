/**
 * The command {@code bench}. Options become a {@code BenchRequest}; {@code BenchJob} opens a model or makes one up
 * ({@code MadeUpCheckpoint}); {@code Bench} runs several engines over it ({@code WorkRun}) on the prompts of a {@code
 * Work} and compares the time with the arithmetic that they need ({@code Arithmetic}), which gives a {@code BenchReport}.
 * Knows nothing of Spark and of files of prompts.
 */
package io.promptmill.jobs.bench;
