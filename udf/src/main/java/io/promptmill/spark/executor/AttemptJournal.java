package io.promptmill.spark.executor;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Where an attempt at a partition notes the prompts in flight, so that they can be told even where its process ends; and
 * what earlier attempts have noted whose process has ended. It holds ids, never prompts. Single-threaded. None of its
 * methods fails an attempt: what cannot be noted or read is not there.
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
