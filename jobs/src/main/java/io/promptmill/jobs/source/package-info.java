/**
 * Rows of text from files of several formats: Parquet, CSV, JSON lines, plain text and the tweets of X's archive. Paths and
 * wanted columns go in; rows that tell where they come from come out, those that cannot be read as rows that say so.
 */
package io.promptmill.jobs.source;
