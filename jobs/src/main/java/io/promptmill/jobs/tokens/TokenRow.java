package io.promptmill.jobs.tokens;

import io.promptmill.TokenIds;
import java.io.Serializable;

/**
 * A row of the data as token ids, without separators.
 *
 * @param place where it lies, for messages
 * @param ids its tokens; empty where there is a fault
 * @param fault why it cannot be used, in words; null where it can
 */
public record TokenRow(String place, TokenIds ids, String fault) implements Serializable {
    /** A row that can be used. */
    public static TokenRow of(String place, TokenIds ids) {
        return new TokenRow(place, ids, null);
    }

    /** One that cannot. */
    public static TokenRow faulty(String place, String fault) {
        return new TokenRow(place, TokenIds.of(), fault);
    }
}
