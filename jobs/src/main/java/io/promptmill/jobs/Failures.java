package io.promptmill.jobs;

/** Puts an unexpected failure into one paragraph. */
final class Failures {
    private Failures() {}

    /** What failed at the root and what is left. */
    static String explain(Throwable failure) {
        Throwable root = root(failure);
        return "failed: " + root.getClass().getSimpleName() + ": " + rootMessage(failure)
                + ", finished chunks stay in the output folder without _SUCCESS, --verbose shows the whole story";
    }

    /** The message of the deepest cause, without the stack trace that Spark puts into it. */
    static String rootMessage(Throwable failure) {
        String message = String.valueOf(root(failure).getMessage());
        int trace = message.indexOf("\n\tat ");
        return (trace < 0 ? message : message.substring(0, trace)).strip();
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
