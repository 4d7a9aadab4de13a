package io.promptmill.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which prompt lies in which place of the cache of shared prompts, and how many live rows look at it. A place has
 * {@link StepBatch#SEATS} seats; a prompt with more rows lies in several places. A row's seat is its own number, so that
 * it is computed in the same way whoever sits beside it. Single-threaded.
 */
final class SharedPrompts {
    private final List<Place> places = new ArrayList<>();

    /** A prompt for a part of its rows; it stays when they have ended, until the place is needed. */
    private static final class Place {
        private PromptInFlight prompt;
        private int part;
        private int liveRows;

        private boolean holds(PromptInFlight other) {
            return prompt == other;
        }

        private boolean holds(PromptInFlight other, int otherPart) {
            return holds(other) && part == otherPart;
        }
    }

    /** How many places there are, from 0. */
    int size() {
        return places.size();
    }

    /** One more than the last place that a live row looks at. */
    int inUse() {
        int inUse = places.size();
        while (inUse > 0 && places.get(inUse - 1).liveRows == 0) {
            inUse--;
        }
        return inUse;
    }

    /** Where a row that is about to enter finds its prompt: in the place it will have, or else in another; -1 for nowhere. */
    int placeWith(PromptInFlight prompt, int row) {
        int own = first(place -> place.holds(prompt, partOf(row)));
        return own >= 0 ? own : first(place -> place.holds(prompt));
    }

    /** The place for a live row of a prompt, which may have to be brought there first. */
    int enter(PromptInFlight prompt, int row) {
        int part = partOf(row);
        int found = first(place -> place.holds(prompt, part));
        if (found < 0) {
            found = first(place -> place.liveRows == 0);
        }
        if (found < 0) {
            found = places.size();
            places.add(new Place());
        }
        Place place = places.get(found);
        place.prompt = prompt;
        place.part = part;
        place.liveRows++;
        return found;
    }

    private static int partOf(int row) {
        return row / StepBatch.SEATS;
    }

    private int first(Predicate<Place> wanted) {
        for (int number = 0; number < places.size(); number++) {
            if (wanted.test(places.get(number))) {
                return number;
            }
        }
        return -1;
    }

    /** Notes that a row looks at a place no more. */
    void leave(int place) {
        places.get(place).liveRows--;
    }

    /** Notes that no place holds this prompt any more. */
    void forget(PromptInFlight prompt) {
        for (Place place : places) {
            if (place.holds(prompt)) {
                place.prompt = null;
            }
        }
    }
}
