/**
 * The prompts of a run: rows of files of several formats or of a table, or texts of the command line. Options go in; {@code InputTable}
 * comes out, checked to the last byte, whose rows the chunks are made of.
 */
package io.promptmill.jobs.prompts;
