package io.promptmill.jobs.generate;

import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.output.OutputFolder;
import io.promptmill.jobs.output.ReportFile;
import io.promptmill.jobs.output.SampleRows;
import io.promptmill.jobs.output.StoredOutput;
import io.promptmill.jobs.report.GenerationReport;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * Writes the page that tells of all that is in a folder, if one is wanted. No run fails for want of it.
 *
 * @param folder has its manifest
 * @param settings say whether it is wanted
 * @param hadoop reads the folder
 */
record ReportWriter(OutputFolder folder, JobSettings settings, Configuration hadoop) {
    /** Writes it, or warns. */
    void write(Consumer<String> warn) {
        if (settings.report() == ReportPage.OMITTED) {
            return;
        }
        try {
            StoredOutput output = StoredOutput.of(folder.files());
            folder.writeReport(GenerationReport.of(output, SampleRows.of(output, hadoop)));
        } catch (Throwable e) { // a full disk is an Error to Hadoop
            Failures.throwIfFatal(e);
            warn.accept(ReportFile.NAME + " could not be written, the rows are whole without it: "
                    + Failures.rootMessage(e));
        }
    }
}
