/**
 * The versions of models on the side that writes them: a {@link io.promptmill.jobs.versions.VersionsFolder} gives the next
 * number to whoever holds its lease, and {@code promptmill.json} is written last. The command {@code models} lists them.
 */
package io.promptmill.jobs.versions;
