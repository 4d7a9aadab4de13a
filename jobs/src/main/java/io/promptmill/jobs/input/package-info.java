/**
 * Files that a command is given: listed, and those that are Parquet read as one table. Paths go in; {@code InputListing}
 * and {@code ParquetTable} come out, whose footers are read, whose schemas are merged, and whose every page can be checked.
 */
package io.promptmill.jobs.input;
