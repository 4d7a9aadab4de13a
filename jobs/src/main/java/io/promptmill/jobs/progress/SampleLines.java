package io.promptmill.jobs.progress;

import io.promptmill.jobs.output.ChunkReport.Sample;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/** Keeps the first texts of a chunk for the closing summary. Single-threaded. */
public final class SampleLines {
    /** Prompts shown at most, with one sequence each, and so kept per chunk. */
    static final int PROMPTS = 3;
    /** Sequences shown where there is one prompt only. */
    static final int SEQUENCES_OF_ONE = 5;

    private static final int SHOWN_CHARACTERS = 100;
    // The places of the output's columns; their names are the user's to choose.
    private static final int ID = 0;
    private static final int SEQUENCES = 2;
    private static final int TEXT = 3;
    private static final int TEXT_IN_SEQUENCE = 1;

    private final boolean grouped;
    private final List<Sample> lines = new ArrayList<>();
    private int prompts;

    /** None yet, of rows with the output's schema. */
    public SampleLines(StructType schema) {
        this.grouped = schema.fields()[SEQUENCES].dataType() instanceof ArrayType;
    }

    /** Keeps the row's texts if it has any and there is room; beside other prompts only the first of each. */
    public void add(Row row) {
        String key = String.valueOf(row.get(ID));
        if (grouped) {
            for (Row sequence : row.<Row>getList(SEQUENCES)) {
                add(key, sequence.getString(TEXT_IN_SEQUENCE));
            }
        } else {
            add(key, row.getString(TEXT));
        }
    }

    /** The texts, in the order of the rows. */
    public List<Sample> lines() {
        return List.copyOf(lines);
    }

    private void add(String key, String text) {
        if (text == null) {
            return;
        }
        boolean sibling = !lines.isEmpty() && lines.get(lines.size() - 1).id().equals(key);
        if (!sibling && prompts < PROMPTS) {
            if (prompts == 1) {
                lines.subList(1, lines.size()).clear();
            }
            prompts++;
            lines.add(new Sample(key, shortened(text)));
        } else if (sibling && prompts == 1 && lines.size() < SEQUENCES_OF_ONE) {
            lines.add(new Sample(key, shortened(text)));
        }
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.codePointCount(0, line.length()) <= SHOWN_CHARACTERS
                ? line
                : line.substring(0, line.offsetByCodePoints(0, SHOWN_CHARACTERS)) + "…";
    }
}
