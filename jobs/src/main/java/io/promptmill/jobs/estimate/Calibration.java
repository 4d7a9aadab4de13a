package io.promptmill.jobs.estimate;

import io.promptmill.generation.PromptSize;
import java.io.Serializable;

/** What was learnt from generating a sample. Single-threaded. */
final class Calibration implements Serializable {
    private static final long serialVersionUID = 1;

    /** What colder code costs counts as much less. */
    private static final double COLDER = 0.25;

    private static final int STEP_KINDS = 4;
    private static final int PREFILL_KINDS = 2;
    private static final int FILE_KINDS = 3;

    /** Steps, rows of them, positions that these look back at, tokens returned. */
    private final LinearCost steps = new LinearCost(STEP_KINDS);

    /** Calls, positions. */
    private final LinearCost prefills = new LinearCost(PREFILL_KINDS);

    /** In bytes: files, rows, tokens of prompts and new ones. */
    private final LinearCost files = new LinearCost(FILE_KINDS);

    private final Lengths sequences = new Lengths();
    private final Lengths searches = new Lengths();
    private double closingSeconds;
    private long waves;
    private long prompts;
    private long tokens;

    void observeSteps(double seconds, long number, long rows, double positions, long returned) {
        steps.observe(seconds, (double) number, (double) rows, positions, (double) returned);
    }

    void observePrefill(double seconds, long calls, long positions) {
        prefills.observe(seconds, (double) calls, (double) positions);
    }

    /** A wave has ended with so many prompts and tokens, and closing it took so long. */
    void observeWave(long ofPrompts, long ofTokens, double seconds) {
        prompts += ofPrompts;
        tokens += ofTokens;
        closingSeconds += seconds;
        waves++;
    }

    /** A file of rows with so many tokens, of prompts and new ones, has so many bytes. */
    void observeFile(long bytes, long rows, long ofTokens) {
        files.observe((double) bytes, 1, (double) rows, (double) ofTokens);
    }

    /** What follows is computed by warmer code, of which most of a run is: it tells more of the costs. */
    void fadeCosts() {
        steps.fade(COLDER);
        prefills.fade(COLDER);
    }

    /** Lengths of single sequences. */
    Lengths sequences() {
        return sequences;
    }

    /** Lengths of beam searches, each that of its longest sequence. */
    Lengths searches() {
        return searches;
    }

    /** All that another task has learnt, too. */
    Calibration plus(Calibration other) {
        steps.addAll(other.steps);
        prefills.addAll(other.prefills);
        sequences.addAll(other.sequences);
        searches.addAll(other.searches);
        closingSeconds += other.closingSeconds;
        waves += other.waves;
        prompts += other.prompts;
        tokens += other.tokens;
        files.addAll(other.files);
        return this;
    }

    Costs costs() {
        double[] ofSteps = steps.each();
        double[] ofPrefills = prefills.each();
        return new Costs(
                ofSteps[0],
                ofSteps[1],
                ofSteps[2],
                ofSteps[3],
                ofPrefills[0],
                ofPrefills[1],
                closingSeconds / Math.max(1, waves));
    }

    long prompts() {
        return prompts;
    }

    long tokens() {
        return tokens;
    }

    /** Bytes of so many files that together have these rows and tokens. */
    long bytes(long number, long rows, long ofTokens) {
        double[] each = files.each();
        return Math.round(each[0] * number + each[1] * rows + each[2] * ofTokens);
    }

    /** How long a decoding goes on, and how many tokens that gives. */
    ChunkSimulation.SequenceLengths drawn() {
        Survival ofSequences = sequences.survival();
        Survival ofSearches = searches.survival();
        return (prompt, uniform) -> (prompt.beams() > 1 ? ofSearches : ofSequences)
                .drawn(uniform, prompt.leastNewTokens(), prompt.mostNewTokens());
    }

    /** Tokens of all sequences of a prompt in the mean. */
    static double expectedTokens(PromptSize prompt, Survival ofSequences) {
        return prompt.sequences() * ofSequences.expected(prompt.leastNewTokens(), prompt.mostNewTokens());
    }
}
