package io.promptmill.spark.executor;

import io.promptmill.generation.GenerationStats;
import io.promptmill.spark.rows.Outcomes;
import io.promptmill.spark.rows.Prediction;
import java.io.Serializable;

/**
 * What tasks have done so far, and how busy they are; additive over tasks and executors. Immutable.
 *
 * @param outcomes the prompts that have an outcome
 * @param promptTokens tokens of those of them that are ok, prefixes included
 * @param engine what the engines did
 * @param slotsInUse slots that hold a sequence in flight
 * @param slots all slots of the tasks that generate
 */
public record Work(Outcomes outcomes, long promptTokens, GenerationStats engine, long slotsInUse, long slots)
        implements Serializable {
    /** Nothing done. */
    public static final Work NONE = new Work(Outcomes.NONE, 0, GenerationStats.NONE, 0, 0);

    /** Both together. */
    public Work plus(Work other) {
        return new Work(
                outcomes.plus(other.outcomes),
                promptTokens + other.promptTokens,
                engine.plus(other.engine),
                slotsInUse + other.slotsInUse,
                slots + other.slots);
    }

    /** This work when nobody is at it any more. */
    Work ended() {
        return new Work(outcomes, promptTokens, engine, 0, 0);
    }

    /** This work of one engine before its next step; the steps since tell how many slots are in use. */
    Work at(GenerationStats now) {
        long steps = now.steps() - engine.steps();
        return new Work(
                outcomes,
                promptTokens,
                now,
                steps == 0 ? slotsInUse : (now.liveRows() - engine.liveRows()) / steps,
                steps == 0 ? slots : (now.availableRows() - engine.availableRows()) / steps);
    }

    /** This work of one task, as far as its prediction is now. */
    Work at(Prediction now) {
        Work work = at(now.stats());
        return new Work(now.outcomes(), now.promptTokens(), work.engine, work.slotsInUse, work.slots);
    }
}
