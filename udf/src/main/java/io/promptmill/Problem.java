package io.promptmill;

import java.io.Serializable;
import java.util.Objects;

/**
 * Something a user has to know about, in one form everywhere: a row's {@code error} column, a refused checkpoint, a
 * refused command line.
 *
 * @param code short and stable, words joined by underscores, e.g. {@code prompt_too_long}
 * @param what what is wrong, with the offending value where that is no prompt text
 * @param why why it cannot be accepted
 * @param remedy what the user can do about it
 */
public record Problem(String code, String what, String why, String remedy) implements Serializable {
    /** Hides the {@link UriKeys} of all texts. */
    public Problem {
        Objects.requireNonNull(code, "code");
        what = UriKeys.hide(what);
        why = UriKeys.hide(why);
        remedy = UriKeys.hide(remedy);
    }

    /** The text of the {@code error} column: {@code code: what, why, remedy}. */
    @Override
    public String toString() {
        return code + ": " + what + ", " + why + ", " + remedy;
    }
}
