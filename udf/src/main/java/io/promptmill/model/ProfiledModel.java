package io.promptmill.model;

import io.promptmill.TokenIds;
import io.promptmill.generation.CausalLm;
import io.promptmill.generation.SlotCache;
import io.promptmill.generation.StepBatch;
import io.promptmill.generation.StepResult;
import java.util.List;
import java.util.OptionalInt;

/**
 * A loaded model that notes where the time of its calls goes. Every eighth step is taken apart: before the step itself,
 * its network is computed alone and its arguments are handed over for nothing, so that generating takes about an eighth
 * longer. Thread-safe as the model is; closing the model stays its owner's.
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
    public SlotCache newSlotCache(int slots, int positions) {
        long start = System.nanoTime();
        TensorSlotCache cache = (TensorSlotCache) model.newSlotCache(slots, positions);
        add(new CallTimes(0, 0, 0, System.nanoTime() - start, 0, 0, 0, 0, 0));
        return new ProfiledCache(cache);
    }

    /** Times each call. Single-threaded. */
    private final class ProfiledCache implements SlotCache {
        private final TensorSlotCache cache;
        private CallTimes own = CallTimes.NONE;

        ProfiledCache(TensorSlotCache cache) {
            this.cache = cache;
        }

        @Override
        public void ensureCapacity(int slots, int positions) {
            upkeep(() -> cache.ensureCapacity(slots, positions));
        }

        @Override
        public void borrowPrefix(int[] slots, TokenIds prefix) {
            cache.borrowPrefix(slots, prefix);
        }

        @Override
        public void prefill(int[] slots, int from, List<TokenIds> prompts, int paddedLength) {
            long nanos = nanos(() -> cache.prefill(slots, from, prompts, paddedLength));
            own = own.plus(new CallTimes(0, 0, nanos, 0, 0, 0, 0, 0, 0));
        }

        @Override
        public void remember(int[] slots, List<TokenIds> tokens) {
            upkeep(() -> cache.remember(slots, tokens));
        }

        @Override
        public void copy(int[] sources, int[] targets, int from, int to) {
            upkeep(() -> cache.copy(sources, targets, from, to));
        }

        @Override
        public void clear(int[] slots) {
            upkeep(() -> cache.clear(slots));
        }

        @Override
        public StepResult step(StepBatch batch) {
            // The first time is slower for everything; it is not looked at.
            boolean first = own.steps() == 0;
            boolean apart = own.steps() % TAKEN_APART_EVERY == TAKEN_APART_EVERY / 2;
            // Writes the keys and values that the step will write again: the step does not notice.
            long network = first || apart ? nanos(() -> cache.stepPart("step_network", batch)) : 0;
            long call = first || apart ? nanos(() -> cache.stepPart("step_nothing", batch)) : 0;
            long start = System.nanoTime();
            StepResult result = cache.step(batch);
            long step = System.nanoTime() - start;
            own = own.plus(new CallTimes(1, step, 0, 0, 0, 0, 0, 0, network + call));
            if (apart) {
                own = own.plus(new CallTimes(0, 0, 0, 0, 1, step, network, call, 0));
            }
            return result;
        }

        @Override
        public void close() {
            upkeep(cache::close);
            add(own);
        }

        private void upkeep(Runnable call) {
            own = own.plus(new CallTimes(0, 0, 0, nanos(call), 0, 0, 0, 0, 0));
        }

        private static long nanos(Runnable call) {
            long start = System.nanoTime();
            call.run();
            return System.nanoTime() - start;
        }
    }
}
