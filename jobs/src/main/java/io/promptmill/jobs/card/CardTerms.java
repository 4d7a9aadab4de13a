package io.promptmill.jobs.card;

import java.util.Objects;
import java.util.Optional;

/**
 * What a data set's card says that no run knows. Immutable.
 *
 * @param license as Hugging Face calls it, {@code unknown} where nobody said
 * @param language as Hugging Face calls it, for example {@code en}; {@code unknown} where nobody said
 */
public record CardTerms(String license, String language) {
    public CardTerms {
        Objects.requireNonNull(license, "license");
        Objects.requireNonNull(language, "language");
    }

    /** Those that are given; the others as in the card of a model whose options say nothing of it. */
    public static CardTerms of(Optional<String> license, Optional<String> language) {
        return new CardTerms(
                license.orElse(CardAuthor.NOBODY.license()), language.orElse(CardAuthor.NOBODY.language()));
    }
}
