package io.promptmill.spark.rows;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds the column, option or setting that somebody meant. */
public final class NearestName {
    /** Shorter words are in many names by chance. */
    private static final int LEAST_PART = 3;

    private NearestName() {}

    /**
     * The name with the fewest edits (a letter added, dropped or replaced) from {@code typed}, where it is near enough to
     * have been meant: an edit for each three letters at most, or one of the two is in the other. Case makes no difference.
     */
    public static Optional<String> of(String typed, Collection<String> names) {
        String meant = lowerCase(typed);
        return names.stream()
                .filter(name -> isNear(meant, lowerCase(name)))
                .min(Comparator.comparingInt(name -> edits(meant, lowerCase(name))));
    }

    private static boolean isNear(String typed, String name) {
        boolean inOneAnother =
                Math.min(typed.length(), name.length()) >= LEAST_PART && (name.contains(typed) || typed.contains(name));
        return inOneAnother || edits(typed, name) <= (typed.length() + 2) / 3;
    }

    private static int edits(String typed, String name) {
        return LevenshteinDistance.getDefaultInstance().apply(typed, name);
    }

    private static String lowerCase(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
