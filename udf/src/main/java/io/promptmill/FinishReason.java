package io.promptmill;

/** Why a sequence ended. */
public enum FinishReason {
    /** An end token or a stop string was generated. */
    STOP,
    /** The limit on new tokens was reached. */
    LENGTH
}
