package io.promptmill.jobs.output;

import io.promptmill.jobs.store.OutputFiles;

/** The page that tells of all that is in the folder; it may be missing. */
public final class ReportFile {
    /** Its name in the folder, beside the manifest. */
    public static final String NAME = OutputFiles.METADATA_FOLDER + "/report.html";

    private ReportFile() {}
}
