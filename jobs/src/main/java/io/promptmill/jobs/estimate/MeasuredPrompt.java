package io.promptmill.jobs.estimate;

import io.promptmill.generation.PromptSize;
import java.io.Serializable;

/** A prompt that is not rejected, by its canonical id. */
record MeasuredPrompt(String id, PromptSize size) implements Serializable {}
