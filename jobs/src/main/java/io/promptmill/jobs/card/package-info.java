/**
 * Cards as Hugging Face's hub has them: {@code README.md} and what it shows of a model version, and that of generated rows.
 * Records of runs and what their authors say go in; files and texts come out.
 */
package io.promptmill.jobs.card;
