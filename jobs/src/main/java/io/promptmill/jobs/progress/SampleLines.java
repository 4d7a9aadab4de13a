package io.promptmill.jobs.progress;

import io.promptmill.jobs.output.ChunkReport.Sample;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/** Keeps the first texts of a chunk for the closing summary. Single-threaded. */
public final class SampleLines {
    /** Texts shown at most, and so kept per chunk. */
    static final int LINES = 3;

    private static final int SHOWN_CHARACTERS = 100;
    // The places of the output's columns; their names are the user's to choose.
    private static final int ID = 0;
    private static final int SEQUENCES = 2;
    private static final int TEXT = 3;
    private static final int TEXT_IN_SEQUENCE = 1;

    private final boolean grouped;
    private final List<Sample> lines = new ArrayList<>();

    /** None yet, of rows with the output's schema. */
    public SampleLines(StructType schema) {
        this.grouped = schema.fields()[SEQUENCES].dataType() instanceof ArrayType;
    }

    /** Keeps the row's text if it has one and there is room; of a prompt's sequences only the first. */
    public void add(Row row) {
        if (lines.size() == LINES) {
            return;
        }
        String shown = grouped ? firstOf(row.getList(SEQUENCES)) : row.getString(TEXT);
        String key = String.valueOf(row.get(ID));
        boolean sibling = !lines.isEmpty() && lines.get(lines.size() - 1).id().equals(key);
        if (shown != null && !sibling) {
            lines.add(new Sample(key, shortened(shown)));
        }
    }

    /** The texts, in the order of the rows. */
    public List<Sample> lines() {
        return List.copyOf(lines);
    }

    private String firstOf(List<Row> found) {
        return found.isEmpty() ? null : found.get(0).getString(TEXT_IN_SEQUENCE);
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.codePointCount(0, line.length()) <= SHOWN_CHARACTERS
                ? line
                : line.substring(0, line.offsetByCodePoints(0, SHOWN_CHARACTERS)) + "…";
    }
}
