package io.promptmill.jobs;

import io.promptmill.jobs.ChunkReport.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/** Keeps the first texts of a chunk for the closing summary. Single-threaded. */
final class SampleLines {
    /** Texts shown at most, and so kept per chunk. */
    static final int LINES = 3;

    private static final int SHOWN_CHARACTERS = 100;
    private static final String TEXT = "generated_text";
    private static final String SEQUENCES = "sequences";

    private final int id;
    private final int text;
    private final int sequences;
    private final int textInSequence;
    private final List<Sample> lines = new ArrayList<>();

    SampleLines(StructType schema) {
        List<String> names = Arrays.asList(schema.fieldNames());
        this.id = names.indexOf("id");
        this.text = names.indexOf(TEXT);
        this.sequences = text >= 0 ? -1 : names.indexOf(SEQUENCES);
        this.textInSequence = sequences < 0
                ? -1
                : ((StructType) ((ArrayType) schema.apply(SEQUENCES).dataType()).elementType()).fieldIndex(TEXT);
    }

    /** Keeps the row's text if it has one and there is room; of a prompt's sequences only the first. */
    void add(Row row) {
        if (lines.size() == LINES) {
            return;
        }
        String shown = text >= 0 ? row.getString(text) : firstOf(row.getList(sequences));
        String key = String.valueOf(row.get(id));
        boolean sibling = !lines.isEmpty() && lines.get(lines.size() - 1).id().equals(key);
        if (shown != null && !sibling) {
            lines.add(new Sample(key, shortened(shown)));
        }
    }

    List<Sample> lines() {
        return List.copyOf(lines);
    }

    private String firstOf(List<Row> found) {
        return found.isEmpty() ? null : found.get(0).getString(textInSequence);
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.codePointCount(0, line.length()) <= SHOWN_CHARACTERS
                ? line
                : line.substring(0, line.offsetByCodePoints(0, SHOWN_CHARACTERS)) + "…";
    }
}
