package io.promptmill.generation;

import io.promptmill.GenerationConfig;
import java.util.Arrays;

/**
 * What one step needs to know of every row: a table that is filled anew for each step. Row i is slot i.
 * Single-threaded.
 */
public final class StepBatch {
    /** Columns of {@link #parameters()}. */
    public static final int PARAMETERS = 7;

    /** Random numbers a row may use in one step: four attempts and the exact last resort. */
    public static final int UNIFORMS = 5;

    private int rows;
    private long[] ids = {};
    private long[] positions = {};
    private double[] parameters = {};
    private double[] uniforms = {};
    private long[] bannedRows = new long[16];
    private long[] bannedTokens = new long[16];
    private int banned;
    private int beamCandidates;

    /** Empties the table for a step of {@code newRows} rows. */
    void start(int newRows) {
        if (newRows != rows) {
            rows = newRows;
            ids = new long[rows];
            positions = new long[rows];
            parameters = new double[rows * PARAMETERS];
            uniforms = new double[rows * UNIFORMS];
        }
        banned = 0;
        beamCandidates = 0;
    }

    void token(int row, int id, int position) {
        ids[row] = id;
        positions[row] = position;
    }

    void settings(int row, GenerationConfig config) {
        double[] values = {
            config.doSample() ? 1 : 0,
            config.temperature(),
            config.topK(),
            config.topP(),
            config.minP(),
            config.typicalP(),
            config.repetitionPenalty()
        };
        System.arraycopy(values, 0, parameters, row * PARAMETERS, PARAMETERS);
    }

    void randomness(int row, RandomStream stream, int step) {
        stream.uniforms(step, uniforms, row * UNIFORMS, UNIFORMS);
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

    /** The token each row computes: {@code [rows]}. */
    public long[] ids() {
        return ids;
    }

    /** Where that token stands: {@code [rows]}. */
    public long[] positions() {
        return positions;
    }

    /**
     * Settings of each row, {@code [rows, 7]}: do_sample, temperature, top_k, top_p, min_p, typical_p,
     * repetition_penalty.
     */
    public double[] parameters() {
        return parameters;
    }

    /** Uniform random numbers in (0, 1): {@code [rows, 5]}. */
    public double[] uniforms() {
        return uniforms;
    }

    /** Row and token of each pair that must not be chosen: {@code [2, pairs]}. */
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
