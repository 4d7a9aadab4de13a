package io.promptmill.jobs.tokens;

import java.io.Serializable;
import java.util.Iterator;

/**
 * How rows become blocks.
 *
 * @param size tokens of a block
 * @param separator token between the rows of one text; null where each row is a block
 */
public record BlockForm(int size, Integer separator) implements Serializable {
    /** The blocks of all rows. */
    public Blocks cut(Iterator<TokenRow> rows, Blocks.Rest rest) {
        return separator == null ? Blocks.of(rows) : Blocks.cut(rows, separator, size, rest);
    }

    /** How many blocks there are to train on. */
    public long count(TokenTally tally) {
        return separator == null ? tally.rows() : tally.joinedTokens() / size;
    }
}
