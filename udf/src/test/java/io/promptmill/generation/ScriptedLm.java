package io.promptmill.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A language model without a network: the logits of the next token are a function of all tokens before it. Its cache
 * holds the tokens themselves, each copied as the network's keys and values are, and no step goes on from a slot whose
 * positions hold anything but the slot's own sequence. A sampled row takes the likeliest token.
 */
final class ScriptedLm implements CausalLm {
    private static final int NOTHING = -1;

    private final int vocabularySize;
    private final int maxPositions;
    private final Function<TokenIds, double[]> script;
    private final int stepsPerCall;
    private final int memoryForSlots;
    private final int memoryForRows;
    private final List<String> passes = new ArrayList<>();

    ScriptedLm(int vocabularySize, int maxPositions, Function<TokenIds, double[]> script) {
        this(vocabularySize, maxPositions, script, 1, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    private ScriptedLm(
            int vocabularySize,
            int maxPositions,
            Function<TokenIds, double[]> script,
            int stepsPerCall,
            int memoryForSlots,
            int memoryForRows) {
        this.vocabularySize = vocabularySize;
        this.maxPositions = maxPositions;
        this.script = script;
        this.stepsPerCall = stepsPerCall;
        this.memoryForSlots = memoryForSlots;
        this.memoryForRows = memoryForRows;
    }

    /** This model with memory for a cache of so many slots, and for steps of so many rows, and no more. */
    ScriptedLm withMemoryFor(int slots, int rows) {
        return new ScriptedLm(vocabularySize, maxPositions, script, stepsPerCall, slots, rows);
    }

    /** This model with up to so many steps in a call. */
    ScriptedLm withStepsPerCall(int steps) {
        return new ScriptedLm(vocabularySize, maxPositions, script, steps, memoryForSlots, memoryForRows);
    }

    private void needMemory(String what, int needed, int available) {
        if (needed > available) {
            passes.add("no memory for " + what + " " + needed);
            throw new OutOfNativeMemoryException(new IllegalStateException("says the script"));
        }
    }

    /** A script in which each of the tokens is followed by the next one, or else by those of the lowest ids. */
    static Function<TokenIds, double[]> chain(int vocabularySize, TokenIds chain) {
        return sequence -> {
            double[] logits =
                    IntStream.range(0, vocabularySize).mapToDouble(id -> -id).toArray();
            for (int i = 1; i < chain.size(); i++) {
                if (chain.at(i - 1) == sequence.at(sequence.size() - 1)) {
                    logits[chain.at(i)] = 5;
                }
            }
            return logits;
        };
    }

    /**
     * What the network had to compute: {@code prefill} with the last token of each prompt, {@code step} with rows and,
     * where a call had several, the number of steps.
     */
    List<String> passes() {
        return passes;
    }

    @Override
    public int vocabularySize() {
        return vocabularySize;
    }

    @Override
    public int maxPositions() {
        return maxPositions;
    }

    @Override
    public OptionalInt bosTokenId() {
        return OptionalInt.empty();
    }

    @Override
    public int stepsPerCall() {
        return stepsPerCall;
    }

    @Override
    public SlotCache newSlotCache(int slots, int positions) {
        return new Cache(slots, positions);
    }

    /** The tokens that a place was computed for, where the network has keys and values. */
    private class Tokens implements KeyValueCache {
        protected int[][] computed = {};
        protected int capacity;

        @Override
        public void ensureCapacity(int places, int positions) {
            capacity = Math.max(capacity, positions);
            int old = computed.length;
            computed = Arrays.copyOf(computed, Math.max(old, places));
            for (int place = old; place < computed.length; place++) {
                computed[place] = new int[maxPositions];
                Arrays.fill(computed[place], NOTHING);
            }
        }

        @Override
        public void borrowPrefix(int[] places, TokenIds prefix) {
            for (int place : places) {
                System.arraycopy(prefix.toArray(), 0, computed[place], 0, prefix.size());
            }
            passes.add("borrow " + prefix.size());
        }

        @Override
        public void prefill(int[] places, int from, List<TokenIds> prompts, int paddedLength) {
            for (int i = 0; i < places.length; i++) {
                Arrays.fill(computed[places[i]], from, Math.min(from + paddedLength, maxPositions), NOTHING);
                int[] tokens = prompts.get(i).toArray();
                System.arraycopy(tokens, 0, computed[places[i]], from, tokens.length);
            }
            passes.add("prefill "
                    + prompts.stream().map(ids -> ids.at(ids.size() - 1)).toList());
        }

        @Override
        public void copy(int[] sources, int[] targets, int from, int to) {
            int[][] before = Arrays.stream(computed).map(int[]::clone).toArray(int[][]::new);
            for (int i = 0; i < sources.length; i++) {
                System.arraycopy(before[sources[i]], from, computed[targets[i]], from, to - from);
            }
        }

        @Override
        public void clear(int[] places) {
            Arrays.stream(places).forEach(place -> Arrays.fill(computed[place], NOTHING));
        }
    }

    private final class Cache extends Tokens implements SlotCache {
        private final Tokens sharedPrompts = new Tokens();
        private int[][] history = {};

        Cache(int slots, int positions) {
            ensureCapacity(slots, positions);
        }

        @Override
        public KeyValueCache sharedPrompts() {
            return sharedPrompts;
        }

        @Override
        public void ensureCapacity(int slots, int positions) {
            needMemory("slots", slots, memoryForSlots);
            super.ensureCapacity(slots, positions);
            int old = history.length;
            history = Arrays.copyOf(history, computed.length);
            for (int slot = old; slot < history.length; slot++) {
                history[slot] = new int[maxPositions];
            }
        }

        @Override
        public void remember(int[] slots, List<TokenIds> tokens) {
            for (int i = 0; i < slots.length; i++) {
                int[] ids = tokens.get(i).toArray();
                System.arraycopy(ids, 0, history[slots[i]], 0, ids.length);
            }
        }

        @Override
        public void copy(int[] sources, int[] targets, int from, int to) {
            super.copy(sources, targets, from, to);
            int[][] before = Arrays.stream(history).map(int[]::clone).toArray(int[][]::new);
            for (int i = 0; i < sources.length; i++) {
                history[targets[i]] = before[sources[i]].clone();
            }
        }

        @Override
        public List<StepResult> step(StepBatch batch) {
            needMemory("rows", batch.rows(), memoryForRows);
            passes.add("step " + batch.rows() + (batch.steps() == 1 ? "" : " x " + batch.steps()));
            int[] ids = Arrays.stream(batch.ids()).mapToInt(Math::toIntExact).toArray();
            List<StepResult> results = new ArrayList<>();
            for (int step = 0; step < batch.steps(); step++) {
                StepResult result = step(batch, step, ids);
                results.add(result);
                ids = IntStream.range(0, batch.rows()).map(result::token).toArray();
            }
            return results;
        }

        private StepResult step(StepBatch batch, int step, int[] ids) {
            int width = batch.beamCandidates();
            DoubleStream.Builder chosen = DoubleStream.builder();
            DoubleStream.Builder candidates = DoubleStream.builder();
            for (int row = 0; row < batch.rows(); row++) {
                TokenIds sequence = sequence(row, ids[row], (int) batch.positions()[row] + step, batch);
                double[] logits = script.apply(sequence);
                double[] logprobs = logSoftmax(logits);
                double[] left = penalised(logits, row, sequence, batch);
                int likeliest = ranked(left, 1).get(0);
                boolean valid = !Double.isNaN(logprobs[0]) && left[likeliest] > Double.NEGATIVE_INFINITY;
                chosen.add(likeliest).add(logprobs[likeliest]).add(valid ? 1 : 0);
                double[] scores = penalised(logprobs, row, sequence, batch);
                ranked(scores, width)
                        .subList(0, width)
                        .forEach(id -> candidates.add(id).add(scores[id]).add(logprobs[id]));
            }
            return new StepResult(chosen.build().toArray(), candidates.build().toArray(), width);
        }

        private TokenIds sequence(int slot, int id, int position, StepBatch batch) {
            int start = (int) batch.starts()[slot];
            assertThat(position - start).as("position in slot %d", slot).isLessThan(capacity);
            computed[slot][position - start] = id;
            history[slot][position] = id;
            int[] tokens = new int[position + 1];
            if (start > 0) {
                int seat = (int) batch.seats()[slot];
                assertThat(batch.members()[seat])
                        .as("who sits where slot %d does", slot)
                        .isEqualTo(slot);
                System.arraycopy(sharedPrompts.computed[seat / StepBatch.SEATS], 0, tokens, 0, start);
            }
            System.arraycopy(computed[slot], 0, tokens, start, position + 1 - start);
            assertThat(tokens)
                    .as("what slot %d holds, against its history", slot)
                    .isEqualTo(Arrays.copyOf(history[slot], position + 1));
            return TokenIds.of(tokens);
        }

        @Override
        public void close() {
            passes.add("close");
        }
    }

    private static double[] logSoftmax(double[] logits) {
        double normaliser = Math.log(Arrays.stream(logits).map(Math::exp).sum());
        return Arrays.stream(logits).map(logit -> logit - normaliser).toArray();
    }

    private static double[] penalised(double[] scores, int row, TokenIds sequence, StepBatch batch) {
        double[] penalised = scores.clone();
        double penalty = batch.settings()[row * StepBatch.SETTINGS + StepBatch.SETTINGS - 1];
        sequence.stream().distinct().forEach(id -> penalised[id] *= scores[id] < 0 ? penalty : 1 / penalty);
        long[] banned = batch.banned();
        for (int i = 0; i < banned.length / 2; i++) {
            if (banned[i] == row) {
                penalised[(int) banned[banned.length / 2 + i]] = Double.NEGATIVE_INFINITY;
            }
        }
        return penalised;
    }

    /** Ids by falling score. Which of equal ones come first depends on how many are asked for, as with torch.topk. */
    private static List<Integer> ranked(double[] scores, int count) {
        Comparator<Integer> byScore = Comparator.comparingDouble(id -> -scores[id]);
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(byScore.thenComparing(id -> Math.floorMod(id * 7 + count * 3, scores.length)))
                .toList();
    }
}
