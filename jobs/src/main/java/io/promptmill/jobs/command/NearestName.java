package io.promptmill.jobs.command;

import java.util.Collection;
import java.util.Comparator;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds the name somebody meant. */
public final class NearestName {
    private NearestName() {}

    /** The name with the fewest edits (a letter added, dropped or replaced) from {@code typed}. */
    public static String of(String typed, Collection<String> names) {
        LevenshteinDistance edits = LevenshteinDistance.getDefaultInstance();
        return names.stream()
                .min(Comparator.comparingInt(name -> edits.apply(typed, name)))
                .orElseThrow();
    }
}
