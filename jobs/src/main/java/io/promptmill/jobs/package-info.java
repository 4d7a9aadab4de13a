/**
 * The main class of {@code spark-submit}: {@link io.promptmill.jobs.Promptmill} finds the command that is asked for, runs
 * it, and tells how it went. What the commands do is in the packages below, each of which knows nothing of those that use
 * it.
 */
package io.promptmill.jobs;
