package io.promptmill.jobs.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.Completion;
import io.promptmill.FinishReason;
import io.promptmill.PromptResult;
import io.promptmill.TokenIds;
import io.promptmill.generation.GenerationStats;
import io.promptmill.generation.PromptSize;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    private final Calibration learnt = new Calibration();

    private static SampleRow row(String id, int sequences, int beams, int least) {
        return new SampleRow(new MeasuredPrompt(id, new PromptSize(5, 0, 8, sequences, beams, least, 9)), null);
    }

    private static Completion completion(int tokens, FinishReason reason) {
        return new Completion(0, null, TokenIds.of(new int[tokens]), reason, null, 0, Collections.nCopies(tokens, 0f));
    }

    @Test
    void aSampleMayTakeAShareOfTheRunWithinBounds() {
        assertThat(task(64 * 1000L).budget(0.1)).as("5 s of 100 s").isEqualTo(10);
        assertThat(task(64 * 10_000L).budget(0.1)).as("of 1,000 s").isEqualTo(50);
        assertThat(task(64 * 1_000_000L).budget(0.1)).isEqualTo(60);
    }

    private static CalibrationTask task(long mostTokens) {
        return new CalibrationTask(null, List.of(), 64, mostTokens, 2, null, Map.of(), null);
    }

    @Test
    void lengthsAreThoseOfSequencesThatTheModelMayEnd() {
        Wave wave = new Wave(List.of(row("a", 2, 1, 1), row("exact", 1, 1, 9), row("failed", 1, 1, 1)), learnt);
        wave.answered(
                PromptResult.ok("a", 5, List.of(completion(3, FinishReason.STOP), completion(4, FinishReason.LENGTH))));
        wave.answered(PromptResult.ok("exact", 5, List.of(completion(9, FinishReason.LENGTH))));
        Survival survival = learnt.sequences().survival();
        assertThat(survival.after(2)).isEqualTo(1);
        assertThat(survival.after(3)).isEqualTo(0.5);
        assertThat(survival.after(4)).isEqualTo(0.5);
        assertThat(learnt.searches().survival().after(100)).isEqualTo(1);
    }

    @Test
    void aBeamSearchTakesAsManyStepsAsItsLongestSequenceHasTokens() {
        Wave wave = new Wave(List.of(row("a", 2, 4, 1)), learnt);
        wave.answered(
                PromptResult.ok("a", 5, List.of(completion(3, FinishReason.STOP), completion(5, FinishReason.STOP))));
        assertThat(learnt.searches().survival().after(4)).isEqualTo(1);
        assertThat(learnt.searches().survival().after(5)).isZero();
        PromptSize beams = new PromptSize(5, 0, 8, 2, 4, 1, 9);
        assertThat(learnt.drawn().steps(beams, 0.5)).isEqualTo(5);
        assertThat(Calibration.expectedTokens(beams, learnt.sequences().survival()))
                .isEqualTo(8);
    }

    @Test
    void partsOfASampleAddUp() {
        learnt.observeFile(1000 + 10 * 50 + 200, 10, 200);
        Calibration other = new Calibration();
        other.observeFile(1000 + 40 * 50 + 400, 40, 400);
        other.observeFile(1000 + 40 * 50 + 900, 40, 900);
        other.observeWave(40, 400, 0.5);
        learnt.observeWave(10, 200, 1.5);
        Calibration both = learnt.plus(other);
        assertThat(both.bytes(8, 2000, 40_000)).isEqualTo(8 * 1000 + 2000 * 50 + 40_000);
        assertThat(both.prompts()).isEqualTo(50);
        assertThat(both.tokens()).isEqualTo(600);
        assertThat(both.costs().closing()).isEqualTo(1);
    }

    @Test
    void thePrefillIsWhatHappensBeforeTheFirstStep() {
        Wave wave = new Wave(List.of(row("a", 1, 1, 9)), learnt);
        wave.beforeStep(GenerationStats.NONE);
        assertThat(learnt.costs().prefillCall() + 8 * learnt.costs().prefillPosition())
                .isPositive()
                .isLessThanOrEqualTo(wave.secondsSinceStart() + 1e-6);
        assertThat(learnt.costs().step()).isZero();
    }
}
