/**
 * The engine: prompts in, completions out, many sequences in flight at once. Start with {@link
 * io.promptmill.generation.GenerationEngine}, then {@code GenerationRun}, its loop. A <em>slot</em> holds one sequence in
 * flight, a <em>step</em> gives every live slot its next token, a <em>prefill</em> computes a prompt into a slot. The
 * network is behind {@link io.promptmill.generation.CausalLm}; one call of it computes a step, or a few where that saves
 * waiting for a GPU and no sequence has to be looked at between them. An engine belongs to one thread.
 */
package io.promptmill.generation;
