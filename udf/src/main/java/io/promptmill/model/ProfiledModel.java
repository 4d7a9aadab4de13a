package io.promptmill.model;

import io.promptmill.TokenIds;
import io.promptmill.generation.CausalLm;
import io.promptmill.generation.KeyValueCache;
import io.promptmill.generation.SlotCache;
import io.promptmill.generation.StepBatch;
import io.promptmill.generation.StepResult;
import java.util.List;
import java.util.OptionalInt;

/**
 * A loaded model that notes where the time of its calls goes. Every eighth call for steps is taken apart: before it,
 * its steps are computed once without the choice of tokens, and the call is made once without computing anything.
 * Generating takes about an eighth longer by that. Thread-safe as the model is; closing the model stays its owner's.
 */
public final class ProfiledModel implements CausalLm {
    private static final int TAKEN_APART_EVERY = 8;

    private final LoadedModel model;
    private CallTimes times = CallTimes.NONE; // guarded by this

    /** A model that stays the caller's to close. */
    public ProfiledModel(LoadedModel model) {
        this.model = model;
    }

    /** The times of all caches that are closed by now. */
    public synchronized CallTimes times() {
        return times;
    }

    private synchronized void add(CallTimes more) {
        times = times.plus(more);
    }

    @Override
    public int vocabularySize() {
        return model.vocabularySize();
    }

    @Override
    public int maxPositions() {
        return model.maxPositions();
    }

    @Override
    public OptionalInt bosTokenId() {
        return model.bosTokenId();
    }

    @Override
    public int stepsPerCall() {
        return model.stepsPerCall();
    }

    @Override
    public SlotCache newSlotCache(int slots, int positions) {
        long start = System.nanoTime();
        TensorSlotCache cache = (TensorSlotCache) model.newSlotCache(slots, positions);
        add(CallTimes.ofCache(System.nanoTime() - start));
        return new ProfiledCache(cache);
    }

    /** Times each call. Single-threaded. */
    private final class ProfiledCache implements SlotCache {
        private final TensorSlotCache cache;
        private final KeyValueCache slots;
        private final KeyValueCache sharedPrompts;
        private CallTimes own = CallTimes.NONE;
        private long calls;

        ProfiledCache(TensorSlotCache cache) {
            this.cache = cache;
            this.slots = new ProfiledKeyValues(cache);
            this.sharedPrompts = new ProfiledKeyValues(cache.sharedPrompts());
        }

        /** Times the calls of one of its parts. */
        private final class ProfiledKeyValues implements KeyValueCache {
            private final KeyValueCache part;

            ProfiledKeyValues(KeyValueCache part) {
                this.part = part;
            }

            @Override
            public void ensureCapacity(int places, int positions) {
                upkeep(() -> part.ensureCapacity(places, positions));
            }

            @Override
            public void borrowPrefix(int[] places, TokenIds prefix) {
                upkeep(() -> part.borrowPrefix(places, prefix));
            }

            @Override
            public void prefill(int[] places, int from, List<TokenIds> prompts, int paddedLength) {
                long nanos = nanos(() -> part.prefill(places, from, prompts, paddedLength));
                own = own.plus(CallTimes.ofPrefill(nanos));
            }

            @Override
            public void copy(int[] sources, int[] targets, int from, int to) {
                upkeep(() -> part.copy(sources, targets, from, to));
            }

            @Override
            public void clear(int[] places) {
                upkeep(() -> part.clear(places));
            }
        }

        @Override
        public KeyValueCache sharedPrompts() {
            return sharedPrompts;
        }

        @Override
        public void ensureCapacity(int places, int positions) {
            slots.ensureCapacity(places, positions);
        }

        @Override
        public void borrowPrefix(int[] places, TokenIds prefix) {
            slots.borrowPrefix(places, prefix);
        }

        @Override
        public void prefill(int[] places, int from, List<TokenIds> prompts, int paddedLength) {
            slots.prefill(places, from, prompts, paddedLength);
        }

        @Override
        public void copy(int[] sources, int[] targets, int from, int to) {
            slots.copy(sources, targets, from, to);
        }

        @Override
        public void clear(int[] places) {
            slots.clear(places);
        }

        @Override
        public void remember(int[] places, List<TokenIds> tokens) {
            upkeep(() -> cache.remember(places, tokens));
        }

        @Override
        public List<StepResult> step(StepBatch batch) {
            // The first time is slower for everything; it is not looked at.
            boolean first = calls == 0;
            boolean apart = calls % TAKEN_APART_EVERY == TAKEN_APART_EVERY / 2;
            calls++;
            // Writes the keys and values that the step will write again: the step does not notice.
            long network = first || apart ? nanos(() -> cache.stepPart("step_network", batch)) : 0;
            long call = first || apart ? nanos(() -> cache.stepPart("step_nothing", batch)) : 0;
            long start = System.nanoTime();
            List<StepResult> results = cache.step(batch);
            long nanos = System.nanoTime() - start;
            own = own.plus(CallTimes.ofSteps(batch.steps(), nanos, network + call));
            if (apart) {
                own = own.plus(CallTimes.ofParts(batch.steps(), nanos, network, call));
            }
            return results;
        }

        @Override
        public void close() {
            upkeep(cache::close);
            add(own);
        }

        private void upkeep(Runnable call) {
            own = own.plus(CallTimes.ofCache(nanos(call)));
        }

        private static long nanos(Runnable call) {
            long start = System.nanoTime();
            call.run();
            return System.nanoTime() - start;
        }
    }
}
