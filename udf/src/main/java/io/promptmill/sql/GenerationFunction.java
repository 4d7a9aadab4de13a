package io.promptmill.sql;

import java.util.Locale;

/** The functions, by what they return and what becomes of a row that comes to nothing. */
public enum GenerationFunction {
    /** A text; a bad row ends the query. */
    GENERATE_TEXT(Returned.TEXT, BadRows.REFUSED, "Continues a prompt by one text. A bad prompt ends the query."),
    /** A text, or NULL for a bad row. */
    TRY_GENERATE_TEXT(Returned.TEXT, BadRows.NULL, "Continues a prompt by one text; NULL where that cannot be done."),
    /** All sequences; a bad row ends the query. */
    GENERATE_SEQUENCES(
            Returned.SEQUENCES,
            BadRows.REFUSED,
            "Continues a prompt; an array with a struct for each sequence. A bad prompt ends the query."),
    /** All sequences, or NULL for a bad row. */
    TRY_GENERATE_SEQUENCES(
            Returned.SEQUENCES,
            BadRows.NULL,
            "Continues a prompt; an array with a struct for each sequence, NULL where that cannot be done.");

    private final Returned returned;
    private final BadRows badRows;
    private final String help;

    GenerationFunction(Returned returned, BadRows badRows, String help) {
        this.returned = returned;
        this.badRows = badRows;
        this.help = help;
    }

    /** The name in SQL. */
    public String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it does, in a sentence or two. */
    String help() {
        return help;
    }

    Returned returned() {
        return returned;
    }

    BadRows badRows() {
        return badRows;
    }

    /** What a call gives for a good prompt. */
    enum Returned {
        /** The text of its only sequence. */
        TEXT,
        /** An array of structs, as the grouped layout has. */
        SEQUENCES
    }

    /** What a call gives for a prompt that cannot be continued. */
    enum BadRows {
        /** An error that names the row. */
        REFUSED,
        /** NULL. */
        NULL
    }
}
