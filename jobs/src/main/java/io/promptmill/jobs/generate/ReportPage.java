package io.promptmill.jobs.generate;

/** Whether the page that tells of a run is written. */
enum ReportPage {
    /** Beside the manifest. */
    WRITTEN,
    /** Not at all; one that an earlier run has written goes where this run changes what it tells of. */
    OMITTED
}
