package io.promptmill.spark.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.promptmill.GenerationConfig;
import io.promptmill.Prompt;
import io.promptmill.PromptResult;
import io.promptmill.PromptResult.Status;
import io.promptmill.generation.GenerationStats;
import io.promptmill.spark.executor.AttemptJournal.InFlight;
import io.promptmill.spark.rows.PromptEngine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts at a hundred prompts of which some end their process, over a scripted engine and process. */
class IsolatingEngineTest {
    private static final int PROMPTS = 100;
    private static final int SLOTS = 16;
    private static final int MOST_ATTEMPTS = 10;

    private final List<InFlight> lost = new ArrayList<>();
    /** Numbers of prompts computed at once, in order, in the latest attempt. */
    private final List<Integer> computed = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "31", "32", "50", "98", "99"})
    void aPromptThatEndsItsProcessIsFoundInTheThirdRepeatedAttempt(String killer) {
        Script script = new Script(Set.of(killer), PROMPTS);

        assertThat(attempts(script)).isEqualTo(3);
        assertThat(lost).hasSize(2);
        assertThat(lost.get(0).promptIds()).contains(killer).hasSizeBetween(1, SLOTS + IsolatingEngine.NOTED_TOGETHER);
        assertThat(lost.get(1)).isEqualTo(new InFlight(Set.of(killer), true));
        assertThat(script.results).extracting(PromptResult::promptId).containsExactlyElementsOf(ids());
        assertThat(failed(script)).containsExactly(killer);
        assertThat(script.results.get(Integer.parseInt(killer)).problem())
                .hasToString(
                        "ends_its_executor: 2 executors ended while this row was computed, one of them with no other row"
                                + " beside it, it crashes or hangs native code, or needs more memory than an executor has,"
                                + " give executors more memory outside of the heap (spark.executor.memoryOverhead), then"
                                + " generate the row again");
    }

    @Test
    void onlyPromptsThatWereInFlightAtTheEndAreComputedAlone() {
        Script script = new Script(Set.of("50"), PROMPTS);
        attempts(script);

        long alone =
                lost.get(0).promptIds().stream().filter(id -> !id.equals("50")).count();
        assertThat(computed.stream().filter(together -> together == 1).count()).isBetween(alone, alone + 2);
        assertThat(computed.stream().mapToInt(together -> together).max()).hasValue(script.slots());
    }

    @Test
    void eachFurtherPromptThatEndsItsProcessTakesTwoMoreAttemptsAtMost() {
        Script script = new Script(Set.of("10", "11", "90"), PROMPTS);

        assertThat(attempts(script)).isLessThanOrEqualTo(7);
        assertThat(script.results).extracting(PromptResult::promptId).containsExactlyElementsOf(ids());
        assertThat(failed(script)).containsExactly("10", "11", "90");
    }

    @ParameterizedTest
    @CsvSource({"4, 2", "1, 3"})
    void promptsThatEndTheirProcessOnlyTogetherAreComputedInFewerSlots(int memory, int attempts) {
        Script script = new Script(Set.of(), memory);

        assertThat(attempts(script)).isEqualTo(attempts);
        assertThat(computed).hasSize(PROMPTS).allMatch(together -> together <= memory);
        assertThat(script.results).extracting(PromptResult::status).containsOnly(Status.OK);
    }

    @Test
    void eachLossOfManyPromptsLeavesFewerSlotsUpToASixteenth() {
        InFlight many = InFlight.together(List.of("1"));
        InFlight one = InFlight.alone("1");
        assertThat(IsolatingEngine.slots(64, List.of())).isEqualTo(64);
        assertThat(IsolatingEngine.slots(64, List.of(one, one))).isEqualTo(64);
        assertThat(IsolatingEngine.slots(64, List.of(many, one))).isEqualTo(16);
        assertThat(IsolatingEngine.slots(64, List.of(many, many))).isEqualTo(4);
        assertThat(IsolatingEngine.slots(64, List.of(many, many, many))).isEqualTo(4);
        assertThat(IsolatingEngine.slots(3, List.of(many))).isEqualTo(1);
    }

    @Test
    void aPromptThatWasLostOnceIsGivenAnotherChance() {
        lost.add(InFlight.alone("7"));
        Script script = new Script(Set.of(), PROMPTS);

        assertThat(attempts(script)).isEqualTo(1);
        assertThat(failed(script)).isEmpty();
    }

    @Test
    void anUndisturbedAttemptComputesAsAlwaysAndLeavesNothingNoted() {
        Script script = new Script(Set.of(), PROMPTS);

        assertThat(attempts(script)).isEqualTo(1);
        assertThat(computed).hasSize(PROMPTS).startsWith(SLOTS, SLOTS).endsWith(2, 1);
        assertThat(script.notes).hasSizeLessThanOrEqualTo(2 * PROMPTS / IsolatingEngine.NOTED_TOGETHER + 2);
        assertThat(script.notes.get(script.notes.size() - 1)).isEqualTo(InFlight.NOTHING);
    }

    @Test
    void theEndOfAnAloneComputationByAFailureLeavesNothingNoted() {
        lost.add(InFlight.together(List.of("0")));
        Script script = new Script(Set.of(), PROMPTS);
        script.failure = new IllegalStateException("says the script");

        assertThat(catchThrowable(() -> attempt(script))).isSameAs(script.failure);
        assertThat(script.notes).containsExactly(InFlight.alone("0"), InFlight.NOTHING);
    }

    @Test
    void onlyOnePromptCanBeAlone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InFlight(Set.of("a", "b"), true))
                .withMessage("2 prompts cannot be alone");
    }

    /** Attempts until one comes to its end; what was noted last when a process ended is lost with it. */
    private int attempts(Script script) {
        for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
            try {
                attempt(script);
                return attempt;
            } catch (ProcessEnded e) {
                lost.add(script.notes.get(script.notes.size() - 1));
            }
        }
        throw new AssertionError("no attempt has come to its end: " + lost);
    }

    private void attempt(Script script) {
        computed.clear();
        script.results.clear();
        script.notes.clear();
        script.ended = false;
        try (IsolatingEngine engine = new IsolatingEngine(script, List.copyOf(lost), script)) {
            engine.generate(ids().stream()
                            .map(id -> Prompt.ofText(id, "text", GenerationConfig.defaults()))
                            .iterator())
                    .forEachRemaining(script.results::add);
        }
    }

    private static List<String> ids() {
        return IntStream.range(0, PROMPTS).mapToObj(String::valueOf).toList();
    }

    private static List<String> failed(Script script) {
        return script.results.stream()
                .filter(result -> result.status() == Status.FAILED)
                .map(PromptResult::promptId)
                .toList();
    }

    private static final class ProcessEnded extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** An engine and its process, which ends by some prompts, or by more of them than its memory holds. */
    private final class Script implements PromptEngine, AttemptJournal {
        private final Set<String> killers;
        private final int memory;
        private final List<InFlight> notes = new ArrayList<>();
        private final List<PromptResult> results = new ArrayList<>();
        private RuntimeException failure;
        private boolean ended;

        Script(Set<String> killers, int memory) {
            this.killers = killers;
            this.memory = memory;
        }

        int slots() {
            return IsolatingEngine.slots(SLOTS, lost);
        }

        @Override
        public List<InFlight> lost() {
            return List.copyOf(lost);
        }

        @Override
        public void note(InFlight now) {
            if (!ended) {
                notes.add(now);
            }
        }

        @Override
        public Iterator<PromptResult> generate(Iterator<Prompt> prompts) {
            Deque<Prompt> inFlight = new ArrayDeque<>();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return !inFlight.isEmpty() || prompts.hasNext();
                }

                @Override
                public PromptResult next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException();
                    }
                    while (inFlight.size() < slots() && prompts.hasNext()) {
                        inFlight.add(prompts.next());
                    }
                    compute(inFlight);
                    return PromptResult.ok(inFlight.remove().id(), 1, List.of());
                }
            };
        }

        @Override
        public PromptResult generateAlone(Prompt prompt) {
            if (failure != null) {
                throw failure;
            }
            return generate(List.of(prompt).iterator()).next();
        }

        private void compute(Deque<Prompt> inFlight) {
            InFlight noted = notes.get(notes.size() - 1);
            assertThat(noted.promptIds())
                    .as("what is in flight was noted before")
                    .containsAll(inFlight.stream().map(Prompt::id).toList());
            computed.add(inFlight.size());
            if (inFlight.size() > memory || inFlight.stream().map(Prompt::id).anyMatch(killers::contains)) {
                ended = true;
                throw new ProcessEnded();
            }
        }

        @Override
        public GenerationStats stats() {
            return GenerationStats.NONE;
        }

        @Override
        public void close() {}
    }
}
