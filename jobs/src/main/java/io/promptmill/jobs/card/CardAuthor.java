package io.promptmill.jobs.card;

import io.promptmill.jobs.drawing.AvatarImage;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a card says that no run knows. Immutable.
 *
 * @param author who publishes the model; null for nobody
 * @param authorUrl http or https; null for none
 * @param projectUrl http or https; null for none
 * @param license as Hugging Face calls it, {@code unknown} where nobody said
 * @param language as Hugging Face calls it, for example {@code en}; {@code unknown} where nobody said
 * @param avatars pictures by user; others have their initials
 */
public record CardAuthor(
        String author,
        String authorUrl,
        String projectUrl,
        String license,
        String language,
        Map<String, AvatarImage> avatars) {
    /** What nobody said. */
    static final String UNKNOWN = "unknown";

    /** Of a model whose options say nothing of it. */
    public static final CardAuthor NOBODY = new CardAuthor(null, null, null, UNKNOWN, UNKNOWN, Map.of());

    public CardAuthor {
        checkUrl(authorUrl);
        checkUrl(projectUrl);
        Objects.requireNonNull(license, "license");
        Objects.requireNonNull(language, "language");
        avatars = Collections.unmodifiableMap(new LinkedHashMap<>(avatars));
    }

    /** Whether a card can link to an address: a whole one of the web. */
    public static boolean isLink(String url) {
        try {
            URI uri = new URI(url);
            return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
                    && uri.getHost() != null
                    && url.chars().noneMatch(c -> "()<>\\\"'`|".indexOf(c) >= 0);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static void checkUrl(String url) {
        if (url != null && !isLink(url)) {
            throw new IllegalArgumentException("no http or https address that a card can link to: " + url);
        }
    }
}
