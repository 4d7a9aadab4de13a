/**
 * Tables of Spark's catalogs: found by name, read at a version where they have versions, and known by a digest of their rows.
 * {@code PinnedTable} comes out, whose rows are the same in each run that is told of its {@code TableState}.
 */
package io.promptmill.jobs.table;
