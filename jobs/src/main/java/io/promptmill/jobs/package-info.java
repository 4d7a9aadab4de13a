/**
 * The {@code spark-submit} entry points. {@link io.promptmill.jobs.Promptmill} is the main class; {@code GenerateJob}
 * is the order of a run, {@code BenchJob} that of a measurement. Options are read by one table (the job's own {@code JobOption}s and the library's {@link
 * io.promptmill.GenerationOption}s). A prompt belongs to a chunk by the digest of its id ({@code ChunkPlan}); a chunk is
 * one Spark partition, one task and one output file that appears whole ({@code ChunkTask}, {@code ChunkWriter}). What
 * happened is told by the records that tasks return ({@code ChunkReport}), never by accumulators, which only feed the
 * progress display. Driver classes are single-threaded.
 */
package io.promptmill.jobs;
