package io.promptmill.jobs.card;

import io.promptmill.jobs.card.YamlHeader.Text;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What every card says that no run knows. Immutable.
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
        return new CardTerms(license.orElse(CardAuthor.UNKNOWN), language.orElse(CardAuthor.UNKNOWN));
    }

    /** The first fields of a card's header, to be added to. The hub knows a license called unknown, and no such language. */
    Map<String, Object> header() {
        Map<String, Object> header = new LinkedHashMap<>();
        if (!language.equals(CardAuthor.UNKNOWN)) {
            header.put("language", new Text(language));
        }
        header.put("license", new Text(license));
        return header;
    }
}
