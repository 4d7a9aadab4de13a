package io.promptmill.spark.rows;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds the column, option or setting that somebody meant. */
public final class NearestName {
    private NearestName() {}

    /** The name with the fewest edits (a letter added, dropped or replaced) from {@code typed}; case makes no difference. */
    public static String of(String typed, Collection<String> names) {
        LevenshteinDistance edits = LevenshteinDistance.getDefaultInstance();
        return names.stream()
                .min(Comparator.comparingInt(name -> edits.apply(lowerCase(typed), lowerCase(name))))
                .orElseThrow();
    }

    private static String lowerCase(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
