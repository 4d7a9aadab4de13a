/**
 * The prompts as Parquet files: listed, their footers read, their schemas merged, then checked to the last byte. Files go
 * in; {@code InputTable} comes out, whose rows the chunks are made of.
 */
package io.promptmill.jobs.input;
