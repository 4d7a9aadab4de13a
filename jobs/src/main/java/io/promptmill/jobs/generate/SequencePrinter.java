package io.promptmill.jobs.generate;

import io.promptmill.OptionWord;
import io.promptmill.PromptResult;
import io.promptmill.spark.rows.Outcomes;
import io.promptmill.spark.rows.OutputLayout;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Prints what became of the prompts of a command line: their sequences to one stream, one in a line, and what was wrong to
 * another. Single-threaded.
 */
final class SequencePrinter {
    private final OutputLayout layout;
    private final int text;
    private final int status;
    private final int error;
    private final PrintStream out;
    private final PrintStream err;

    /** A printer of rows with the output's schema. */
    SequencePrinter(StructType schema, JobSettings settings, PrintStream out, PrintStream err) {
        String prefix = settings.outputPrefix();
        this.layout = settings.layout();
        this.text = schema.fieldIndex(prefix + (layout == OutputLayout.GROUPED ? "sequences" : "generated_text"));
        this.status = schema.fieldIndex(prefix + "status");
        this.error = schema.fieldIndex(prefix + "error");
        this.out = out;
        this.err = err;
    }

    /**
     * Prints rows in the order of their prompts.
     *
     * @param rows those of a prompt one after the other, in their order
     * @return how the prompts ended
     */
    Outcomes print(List<Row> rows) {
        Map<String, String> statuses = new HashMap<>();
        for (Row row : rows.stream()
                .sorted(Comparator.comparingInt(SequencePrinter::number))
                .toList()) {
            if (!row.isNullAt(error)) {
                err.println("promptmill: " + row.getString(0) + " " + row.getString(status) + ": " + row.get(error));
            }
            statuses.put(row.getString(0), row.getString(status));
            if (layout == OutputLayout.GROUPED) {
                row.<Row>getList(text).forEach(sequence -> print(sequence.getString(1)));
            } else if (!row.isNullAt(text)) {
                print(row.getString(text));
            }
        }
        out.flush();
        return new Outcomes(
                count(statuses, PromptResult.Status.OK),
                count(statuses, PromptResult.Status.REJECTED),
                count(statuses, PromptResult.Status.FAILED));
    }

    private static long count(Map<String, String> statuses, PromptResult.Status status) {
        return statuses.values().stream().filter(OptionWord.of(status)::equals).count();
    }

    /** Of the prompt on the command line. */
    private static int number(Row row) {
        String id = row.getString(0);
        return Integer.parseInt(id.substring(id.indexOf('-') + 1));
    }

    /** On one line, with line breaks as in JSON; the console shows what else could steer a terminal by its number. */
    private void print(String sequence) {
        out.println(sequence.replace("\n", "\\n").replace("\r", "\\r"));
    }
}
