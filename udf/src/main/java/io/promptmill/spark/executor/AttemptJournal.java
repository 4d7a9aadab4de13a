package io.promptmill.spark.executor;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Notes which prompts an attempt at a partition has in flight. The notes outlive its process: should that end, the next
 * attempt reads from them what was lost. They hold ids, never prompts. Single-threaded. None of its methods fails an
 * attempt: a note that cannot be written or read counts as absent.
 */
public interface AttemptJournal {
    /** For each earlier attempt whose process ended while it computed: what was in flight. */
    List<InFlight> lost();

    /** Notes what is in flight from now on, before any of it is computed. */
    void note(InFlight now);

    /**
     * Prompts in flight.
     *
     * @param promptIds their ids
     * @param alone whether it is one prompt with no other beside it in its process, in this partition or another
     */
    record InFlight(Set<String> promptIds, boolean alone) {
        /** Nothing is being computed. */
        public static final InFlight NOTHING = together(List.of());

        public InFlight {
            promptIds = Set.copyOf(promptIds);
            if (alone && promptIds.size() != 1) {
                throw new IllegalArgumentException(promptIds.size() + " prompts cannot be alone");
            }
        }

        static InFlight together(Collection<String> promptIds) {
            return new InFlight(Set.copyOf(promptIds), false);
        }

        static InFlight alone(String promptId) {
            return new InFlight(Set.of(promptId), true);
        }
    }
}
