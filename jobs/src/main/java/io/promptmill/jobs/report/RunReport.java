package io.promptmill.jobs.report;

import io.promptmill.jobs.tracking.RunStory;

/** The page of a run: {@code report.html}. */
public final class RunReport {
    /** What the page is called in a folder. */
    public static final String FILE = "report.html";

    private RunReport() {}

    /** The whole page, which asks for nothing from elsewhere. */
    public static byte[] of(RunStory story) {
        throw new UnsupportedOperationException("later: " + story.run().id());
    }
}
