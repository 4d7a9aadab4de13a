package io.promptmill.generation;

/** What happens to a prompt that does not fit the model together with its new tokens ({@code --on-long-prompt}). */
public enum LongPromptPolicy {
    /** The prompt is rejected. */
    REJECT,
    /** The prompt's first tokens are cut off; the prefix stays. */
    TRUNCATE_LEFT,
    /** The prompt's last tokens are cut off. */
    TRUNCATE_RIGHT
}
