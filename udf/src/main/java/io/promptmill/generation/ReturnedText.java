package io.promptmill.generation;

/** What a completion's text holds ({@code --return-full-text}). */
public enum ReturnedText {
    /** The generated part only. */
    CONTINUATION,
    /** The prompt, without prefix, and the generated part. */
    PROMPT_AND_CONTINUATION
}
