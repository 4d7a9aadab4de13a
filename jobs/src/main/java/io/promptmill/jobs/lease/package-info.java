/**
 * The right of one driver to write to an output folder, as numbered files in it with a heartbeat. The driver takes the
 * lease, and tasks ask by a ticket whether it still holds before they write.
 */
package io.promptmill.jobs.lease;
