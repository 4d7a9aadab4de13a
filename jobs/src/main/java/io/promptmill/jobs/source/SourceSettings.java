package io.promptmill.jobs.source;

import io.promptmill.Problem;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import java.util.List;
import java.util.Optional;

/**
 * What is to be read.
 *
 * @param option by which the inputs are given, for messages
 * @param formatOption by which {@code format} is given; empty where a command has no such option
 * @param inputs files, folders or patterns
 * @param format of all files; empty where each one's name tells it
 * @param unnamed the format of files whose names tell none; empty where those are refused
 * @param columns the columns of the rows
 * @param lineKey the key of the column that a line of plain text and the text of a tweet are
 */
public record SourceSettings(
        String option,
        Optional<String> formatOption,
        List<String> inputs,
        Optional<SourceFormat> format,
        Optional<SourceFormat> unnamed,
        List<SourceColumn> columns,
        String lineKey) {
    public SourceSettings {
        inputs = List.copyOf(inputs);
        columns = List.copyOf(columns);
    }

    /** Settings by which files whose names tell no format are refused. */
    public SourceSettings(
            String option,
            Optional<String> formatOption,
            List<String> inputs,
            Optional<SourceFormat> format,
            List<SourceColumn> columns,
            String lineKey) {
        this(option, formatOption, inputs, format, Optional.empty(), columns, lineKey);
    }

    /** What to do about a file whose format is not what its name says. */
    String formatRemedy() {
        return formatOption
                .map(option -> "rename it, leave it out, or name the format of all files with " + option)
                .orElse("rename it or leave it out");
    }

    /** The refusal of an input that could not be read, for a reason outside of its files. */
    RefusalException unreadable(Exception cause) {
        return new RefusalException(
                ExitCode.INPUT_REFUSED,
                new Problem(
                        "input_unreadable",
                        option + " " + String.join(", ", inputs) + " cannot be read",
                        Failures.rootMessage(cause),
                        "check that every node can read all of its files"),
                cause);
    }
}
