/**
 * Strangers' files: opened, read within limits, and refused where they break a rule. Start with {@link
 * io.promptmill.files.CheckpointFolder}: its files are of one content however often they are read, links lead nowhere
 * else, and what is read becomes bytes, text or JSON, or an {@link io.promptmill.files.InvalidCheckpointException} that
 * says what, why and what to do. Copies lie in a {@link io.promptmill.files.WorkFolder} of this process. Imports the root package and Jackson. A folder is thread-safe, an open file is not.
 */
package io.promptmill.files;
