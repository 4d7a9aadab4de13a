package io.promptmill.jobs.failure;

import io.promptmill.UriKeys;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkUpgradeException;

/** Puts an unexpected failure into one paragraph. */
public final class Failures {
    private static final Pattern UNREADABLE_FILE =
            Pattern.compile("(?:Encountered error while|Error while) reading file (\\S+?)\\.?(?:\\s|$)");

    private Failures() {}

    /** What failed at the root and what is left. */
    public static String explain(Throwable failure) {
        Throwable root = root(failure);
        String left = failure instanceof RunFailedException run ? run.left() : "nothing was written";
        return UriKeys.hide("failed: " + root.getClass().getSimpleName() + ": " + message(root) + ", " + left
                + ", --verbose shows the whole story");
    }

    /**
     * The message of the deepest cause, without the stack trace that Spark puts into it, and with the exception's name where
     * it is a single word: that of a host or a file tells nothing by itself.
     */
    public static String rootMessage(Throwable failure) {
        Throwable root = root(failure);
        String message = message(root);
        return message.indexOf(' ') < 0 ? root.getClass().getSimpleName() + ": " + message : message;
    }

    private static String message(Throwable root) {
        String message = String.valueOf(root.getMessage());
        int trace = message.indexOf("\n\tat ");
        return (trace < 0 ? message : message.substring(0, trace)).strip();
    }

    /** Whether Spark met a file that it cannot read, as opposed to losing an executor or its own way. */
    public static boolean isUnreadableFile(Throwable failure) {
        return causes(failure).anyMatch(cause -> {
            String message = String.valueOf(cause.getMessage());
            return message.contains("Encountered error while reading file")
                    || message.contains("FAILED_READ_FILE")
                    || cause.getClass().getName().startsWith("org.apache.parquet.")
                    || cause.getClass().getName().startsWith("org.apache.iceberg.exceptions.");
        });
    }

    /** Whether Spark met old dates in a file that does not tell the calendar by which they are counted. */
    public static boolean isUnknownCalendar(Throwable failure) {
        return causes(failure).anyMatch(SparkUpgradeException.class::isInstance);
    }

    /** The file that Spark could not read, if its failure names one. */
    public static Optional<String> unreadableFile(Throwable failure) {
        return causes(failure)
                .map(cause -> UNREADABLE_FILE.matcher(String.valueOf(cause.getMessage())))
                .filter(Matcher::find)
                .map(file -> file.group(1))
                .findFirst();
    }

    /** A failure, what caused it, what caused that, and so on. */
    public static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }

    /** Throws what the JVM does not survive, such as the end of its memory; all else can be told and dealt with. */
    public static void throwIfFatal(Throwable failure) {
        if (failure instanceof VirtualMachineError error && !(failure instanceof StackOverflowError)) {
            throw error;
        }
    }

    private static Throwable root(Throwable failure) {
        return causes(failure).reduce(failure, (outer, inner) -> inner);
    }
}
