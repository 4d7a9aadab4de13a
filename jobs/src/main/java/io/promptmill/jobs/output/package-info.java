/**
 * The output folder: what a run plans to write, its chunks as files, and the records that tell what was written. Plan,
 * chunks, manifest and {@code _SUCCESS} go in, in this order; a later run reads what is there and decides what stays.
 */
package io.promptmill.jobs.output;
