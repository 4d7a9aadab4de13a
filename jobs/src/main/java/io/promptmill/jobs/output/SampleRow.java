package io.promptmill.jobs.output;

/**
 * One sequence of a prompt, for the eye.
 *
 * @param id of the prompt, as a text
 * @param prompt its text; null where it is token ids
 * @param text what was generated
 * @param finishReason why it ended
 */
public record SampleRow(String id, String prompt, String text, String finishReason) {}
