package io.promptmill.jobs.tokens;

import io.promptmill.Sha256;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Iterator;

/**
 * How much there is of a data set.
 *
 * @param rows that can be used
 * @param faulty rows that cannot
 * @param firstFault the first of those, in words; null where there is none
 * @param tokens of all rows, separators not counted
 * @param longest tokens of the longest row
 * @param ragged the first row whose number of tokens is not that of the first; null where all have the same
 * @param digest SHA-256 over the rows' tokens, in hexadecimal digits
 */
public record TokenTally(
        long rows, long faulty, String firstFault, long tokens, int longest, String ragged, String digest)
        implements Serializable {
    /** Reads all rows. */
    public static TokenTally of(Iterator<TokenRow> rows) {
        MessageDigest digest = Sha256.newDigest();
        long used = 0;
        long faulty = 0;
        long tokens = 0;
        int longest = 0;
        int first = -1;
        String ragged = null;
        String firstFault = null;
        while (rows.hasNext()) {
            TokenRow row = rows.next();
            if (row.fault() != null) {
                faulty++;
                firstFault = firstFault == null ? row.place() + ": " + row.fault() : firstFault;
                continue;
            }
            used++;
            tokens += row.ids().size();
            first = first < 0 ? row.ids().size() : first;
            ragged = ragged == null && row.ids().size() != first
                    ? row.place() + " with " + row.ids().size()
                    : ragged;
            longest = Math.max(longest, row.ids().size());
            ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * (row.ids().size() + 1));
            bytes.putInt(row.ids().size());
            bytes.asIntBuffer().put(row.ids().toArray());
            digest.update(bytes.array());
        }
        return new TokenTally(used, faulty, firstFault, tokens, longest, ragged, Sha256.hex(digest.digest()));
    }

    /** Tokens of the one text that all rows become, with a separator around each. */
    public long joinedTokens() {
        return 1 + tokens + rows;
    }
}
