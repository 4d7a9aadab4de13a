/**
 * What ends a run other than well: refusals with their exit codes, and the one paragraph that is told of any other
 * failure. Every package may throw them, the main class shows them.
 */
package io.promptmill.jobs.failure;
