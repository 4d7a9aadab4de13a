/**
 * Whether a Parquet file is what it says, to the last page, and how one is read that must give all its rows. Bytes go in;
 * what comes out is the file's columns and counts, or what is damaged.
 */
package io.promptmill.jobs.parquet;
