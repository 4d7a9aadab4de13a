/**
 * Spark for a command: started as {@code spark-submit} has set it, and watched until the process ends. The command gets
 * the session and is told whether the process was asked to end.
 */
package io.promptmill.jobs.session;
