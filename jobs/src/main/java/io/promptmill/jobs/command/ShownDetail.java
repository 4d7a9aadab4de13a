package io.promptmill.jobs.command;

/** How much the console shows ({@code --verbose}). */
public enum ShownDetail {
    /** Warnings, progress and the summary. */
    ESSENTIAL,
    /** Also Spark's log and stack traces. */
    ALL;

    /** The name of the option that says it. */
    static final String OPTION = "verbose";
}
