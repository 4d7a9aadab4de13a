/**
 * The command {@code generate}. Options become {@code JobSettings}; {@code GenerateJob} checks all that can be refused, then
 * plans the chunks, ships the model, and lets one task compute each chunk.
 */
package io.promptmill.jobs.generate;
