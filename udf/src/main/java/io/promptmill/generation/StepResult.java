package io.promptmill.generation;

/** The output of one step, in the tables that the network gives. Single-threaded. */
public final class StepResult {
    /** Columns of both tables. */
    public static final int COLUMNS = 3;

    /** The column of the token id in both tables. */
    public static final int TOKEN = 0;

    /** Further columns of what is chosen. */
    private static final int LOGPROB = 1;

    private static final int VALID = 2;

    /** Further columns of candidates. */
    private static final int SCORE = 1;

    private static final int RAW_LOGPROB = 2;

    private final double[] chosen;
    private final double[] candidates;
    private final int width;

    /**
     * Wraps the tables; they are not copied.
     *
     * @param chosen {@code [rows, 3]}: token id, log-softmax of its raw logit, 1 where the row's logits were finite and
     *     a token was left to choose
     * @param candidates {@code [rows, width, 3]}: token id, processed log-probability, log-softmax of the raw logit,
     *     best first; empty without beams
     * @param width candidates of each row
     */
    public StepResult(double[] chosen, double[] candidates, int width) {
        this.chosen = chosen;
        this.candidates = candidates;
        this.width = width;
    }

    int token(int row) {
        return (int) chosen[row * COLUMNS + TOKEN];
    }

    float logprob(int row) {
        return (float) chosen[row * COLUMNS + LOGPROB];
    }

    boolean isValid(int row) {
        return chosen[row * COLUMNS + VALID] != 0;
    }

    int candidates() {
        return width;
    }

    int candidateToken(int row, int rank) {
        return (int) candidate(row, rank, TOKEN);
    }

    float candidateScore(int row, int rank) {
        return (float) candidate(row, rank, SCORE);
    }

    float candidateLogprob(int row, int rank) {
        return (float) candidate(row, rank, RAW_LOGPROB);
    }

    private double candidate(int row, int rank, int column) {
        return candidates[(row * width + rank) * COLUMNS + column];
    }
}
