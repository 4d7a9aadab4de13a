package io.promptmill.jobs;

/** How much the console shows ({@code --verbose}). */
enum ShownDetail {
    /** Warnings, progress and the summary. */
    ESSENTIAL,
    /** Also Spark's log and stack traces. */
    ALL
}
