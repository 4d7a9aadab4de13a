package io.promptmill.jobs.store;

import io.promptmill.Problem;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import java.io.IOException;
import org.apache.hadoop.fs.Path;

/** What a command refuses of its output folder, whatever it writes there. Stateless. */
public final class FolderChecks {
    private FolderChecks() {}

    /** Refuses a folder that holds the input or lies in it. */
    public static void apart(OutputFiles files, Path input) throws RefusalException {
        Path folder = files.folder();
        if (contains(folder, input) || contains(input, folder)) {
            throw RefusalException.output(
                    "output_is_input",
                    "--output " + folder + " and --input " + input + " lie in one another",
                    "the run would read its own rows or remove its input",
                    "choose another output folder");
        }
    }

    /** Refuses a file in the place of {@code --output}. */
    public static void isFolder(OutputFiles files) throws RefusalException, IOException {
        Path folder = files.folder();
        if (files.fileSystem().exists(folder)
                && !files.fileSystem().getFileStatus(folder).isDirectory()) {
            throw RefusalException.output(
                    "output_is_file",
                    "--output " + folder + " is a file",
                    "the rows are written into a folder",
                    "choose another output folder");
        }
    }

    /** The refusal of an {@code --output} with which something went wrong before anything was written. */
    public static RefusalException unusable(String folder, Exception cause) {
        return unreadable("--output " + folder, cause);
    }

    /**
     * The refusal of an output with which something went wrong.
     *
     * @param output as messages call it
     */
    public static RefusalException unreadable(String output, Exception cause) {
        return new RefusalException(
                ExitCode.OUTPUT_REFUSED,
                new Problem(
                        "output_unusable",
                        output + " cannot be used",
                        Failures.rootMessage(cause),
                        "check the path, its file system and the rights of this user"),
                cause);
    }

    /** Whether a path is the folder or lies in it. Compared by parts: texts of equal URIs may differ. */
    private static boolean contains(Path folder, Path file) {
        Path ancestor = file;
        while (ancestor != null && !ancestor.equals(folder)) {
            ancestor = ancestor.getParent();
        }
        return ancestor != null;
    }
}
