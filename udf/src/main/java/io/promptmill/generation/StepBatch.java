package io.promptmill.generation;

import io.promptmill.GenerationConfig;
import java.util.Arrays;

/**
 * The input of one call for steps: a table with a row for each slot, filled anew for every call. Row i is slot i.
 * Single-threaded.
 */
public final class StepBatch {
    /** Columns of {@link #settings()}. */
    public static final int SETTINGS = StepSetting.ALL.size();

    /** How often a row draws from its unfiltered distribution in one step, in the hope of a token that passes. */
    public static final int ATTEMPTS = 4;

    /** Random numbers a row may use in one step: one for each attempt and one for the exact last resort. */
    public static final int UNIFORMS = ATTEMPTS + 1;

    /** Rows that can look at one place of shared prompts. */
    public static final int SEATS = 8;

    private int rows;
    private int steps;
    private long[] ids = {};
    private long[] positions = {};
    private long[] starts = {};
    private long[] seats = {};
    private long[] members = {};
    private long[] lengths = {};
    private double[] settings = {};
    private double[] uniforms = {};
    private long[] bannedRows = new long[16];
    private long[] bannedTokens = new long[16];
    private int banned;
    private int beamCandidates;

    /** Rows that share no prompt, for who wants their logits only: the token of each, and where it stands. */
    public static StepBatch of(long[] ids, long[] positions) {
        StepBatch batch = new StepBatch();
        batch.start(ids.length, 1, 0);
        System.arraycopy(ids, 0, batch.ids, 0, ids.length);
        System.arraycopy(positions, 0, batch.positions, 0, positions.length);
        return batch;
    }

    /** Empties the table for steps of {@code newRows} rows, of which some look at so many places of shared prompts. */
    void start(int newRows, int newSteps, int sharedPlaces) {
        if (newRows != rows || newSteps != steps) {
            rows = newRows;
            steps = newSteps;
            ids = new long[rows];
            positions = new long[rows];
            starts = new long[rows];
            seats = new long[rows];
            settings = new double[rows * SETTINGS];
            uniforms = new double[steps * rows * UNIFORMS];
        }
        Arrays.fill(starts, 0);
        Arrays.fill(seats, 0);
        members = new long[sharedPlaces * SEATS];
        lengths = new long[sharedPlaces];
        Arrays.fill(lengths, 1);
        banned = 0;
        beamCandidates = 0;
    }

    void token(int row, int id, int position) {
        ids[row] = id;
        positions[row] = position;
    }

    /** Has a row look at a shared prompt of {@code length} tokens. */
    void shares(int row, int place, int seat, int length) {
        starts[row] = length;
        int taken = place * SEATS + seat;
        seats[row] = taken;
        members[taken] = row;
        lengths[place] = length;
    }

    void settings(int row, GenerationConfig config) {
        for (int column = 0; column < SETTINGS; column++) {
            settings[row * SETTINGS + column] = StepSetting.ALL.get(column).of(config);
        }
    }

    /** Gives a row what its stream has for its own step {@code first} and those after it. */
    void randomness(int row, RandomStream stream, int first) {
        for (int step = 0; step < steps; step++) {
            stream.uniforms(first + step, uniforms, (step * rows + row) * UNIFORMS, UNIFORMS);
        }
    }

    void ban(int row, int token) {
        if (banned == bannedRows.length) {
            bannedRows = Arrays.copyOf(bannedRows, 2 * banned);
            bannedTokens = Arrays.copyOf(bannedTokens, 2 * banned);
        }
        bannedRows[banned] = row;
        bannedTokens[banned] = token;
        banned++;
    }

    void candidates(int wanted) {
        beamCandidates = Math.max(beamCandidates, wanted);
    }

    public int rows() {
        return rows;
    }

    /** How many tokens each row gets, each computed from the one before; 1 where a row is a beam. */
    public int steps() {
        return steps;
    }

    /** The token each row computes first: {@code [rows]}. */
    public long[] ids() {
        return ids;
    }

    /** Where that token stands: {@code [rows]}. */
    public long[] positions() {
        return positions;
    }

    /** How many of its tokens a row finds in a shared prompt: {@code [rows]}, 0 where it looks at none. */
    public long[] starts() {
        return starts;
    }

    /** How many tokens the prompt in each place has: {@code [places]}, 1 where no row looks at it. */
    public long[] lengths() {
        return lengths;
    }

    /** Place and seat of each row, as {@code place * SEATS + seat}: {@code [rows]}, 0 where it looks at none. */
    public long[] seats() {
        return seats;
    }

    /** The row in each seat: {@code [places, SEATS]}, 0 where it is empty. */
    public long[] members() {
        return members;
    }

    /** Sampling settings of each row: {@code [rows, SETTINGS]}, its columns being those of {@link StepSetting}. */
    public double[] settings() {
        return settings;
    }

    /** Uniform random numbers in (0, 1): {@code [steps, rows, UNIFORMS]}. */
    public double[] uniforms() {
        return uniforms;
    }

    /** Row and token of each pair that must not be chosen in any of the steps: {@code [2, pairs]}. */
    public long[] banned() {
        long[] pairs = Arrays.copyOf(bannedRows, 2 * banned);
        System.arraycopy(bannedTokens, 0, pairs, banned, banned);
        return pairs;
    }

    /** Best continuations wanted for every row; 0 where no row is a beam. */
    public int beamCandidates() {
        return beamCandidates;
    }
}
