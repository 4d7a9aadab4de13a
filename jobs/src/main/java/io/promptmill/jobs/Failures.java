package io.promptmill.jobs;

import org.apache.spark.SparkUpgradeException;

/** Puts an unexpected failure into one paragraph. */
final class Failures {
    private Failures() {}

    /** What failed at the root and what is left. */
    static String explain(Throwable failure) {
        Throwable root = root(failure);
        String left = failure instanceof RunFailedException run ? run.left() : "nothing was written";
        return "failed: " + root.getClass().getSimpleName() + ": " + rootMessage(failure) + ", " + left
                + ", --verbose shows the whole story";
    }

    /** The message of the deepest cause, without the stack trace that Spark puts into it. */
    static String rootMessage(Throwable failure) {
        String message = String.valueOf(root(failure).getMessage());
        int trace = message.indexOf("\n\tat ");
        return (trace < 0 ? message : message.substring(0, trace)).strip();
    }

    /** Whether Spark met a file that it cannot read, as opposed to losing an executor or its own way. */
    static boolean isUnreadableFile(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (message.contains("Encountered error while reading file")
                    || message.contains("FAILED_READ_FILE")
                    || cause instanceof SparkUpgradeException // dates of another calendar, and nothing says which
                    || cause.getClass().getName().startsWith("org.apache.parquet.")) {
                return true;
            }
        }
        return false;
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
