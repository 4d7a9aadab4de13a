package io.promptmill.generation;

import java.util.ArrayList;
import java.util.List;

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

    /** A place that holds the prompt, or -1. */
    int placeWith(PromptInFlight prompt) {
        for (int place = 0; place < places.size(); place++) {
            if (places.get(place).holds(prompt)) {
                return place;
            }
        }
        return -1;
    }

    /** The place for a live row of a prompt, which may have to be brought there: see {@link #placeWith}. */
    int enter(PromptInFlight prompt, int row) {
        int part = row / StepBatch.SEATS;
        int found = placeOf(prompt, part);
        Place place = places.get(found);
        place.prompt = prompt;
        place.part = part;
        place.liveRows++;
        return found;
    }

    private int placeOf(PromptInFlight prompt, int part) {
        int free = -1;
        for (int number = 0; number < places.size(); number++) {
            Place place = places.get(number);
            if (place.holds(prompt) && place.part == part) {
                return number;
            }
            if (place.liveRows == 0 && free < 0) {
                free = number;
            }
        }
        if (free < 0) {
            free = places.size();
            places.add(new Place());
        }
        return free;
    }

    /** Whether a row that enters will find the prompt in place. */
    boolean isIn(PromptInFlight prompt, int row) {
        int part = row / StepBatch.SEATS;
        return places.stream().anyMatch(place -> place.holds(prompt) && place.part == part);
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
