package io.promptmill.jobs.prepare;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * By which rules a post is taken; travels to the tasks.
 *
 * @param steps what is done
 * @param minWords fewer make a post short
 * @param languages codes in lower case; empty where any language is taken
 * @param user the user of rows that name none, or null
 * @param users whose posts are taken; empty for everybody's
 * @param optedOut users and ids of posts that are not taken
 * @param heldOutShare of the kept posts, from 0 to below 1
 */
record PostRules(
        Set<Step> steps,
        int minWords,
        List<String> languages,
        String user,
        Set<String> users,
        OptOutList optedOut,
        double heldOutShare)
        implements Serializable {
    PostRules {
        steps = Set.copyOf(steps);
        languages = List.copyOf(languages);
        users = Set.copyOf(users);
        Objects.requireNonNull(optedOut, "optedOut");
        if (minWords < 0 || heldOutShare < 0 || heldOutShare >= 1) {
            throw new IllegalArgumentException("a number is out of its range");
        }
    }

    /** A user's handle as all are written here: in lower case, without the @ in front; empty where there is none. */
    static Optional<String> handle(String user) {
        if (user == null) {
            return Optional.empty();
        }
        String name = user.strip();
        name = name.startsWith("@") ? name.substring(1) : name;
        return name.isEmpty() ? Optional.empty() : Optional.of(name.toLowerCase(Locale.ROOT));
    }

    /** Whether a post of that language is wanted; one of {@code en} is where {@code en-GB} is told. */
    boolean wantsLanguage(String language) {
        if (languages.isEmpty()) {
            return true;
        }
        String told = language == null ? "" : language.strip().toLowerCase(Locale.ROOT);
        return languages.stream().anyMatch(code -> told.equals(code) || told.startsWith(code + "-"));
    }
}
