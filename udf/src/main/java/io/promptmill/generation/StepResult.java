package io.promptmill.generation;

/** The output of one step, in the tables that the network gives. Single-threaded. */
public final class StepResult {
    /** Columns of both tables. */
    public static final int COLUMNS = 3;

    /** The column of the token id in both tables. */
    public static final int TOKEN = 0;

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
        return (float) chosen[row * COLUMNS + 1];
    }

    boolean isValid(int row) {
        return chosen[row * COLUMNS + 2] != 0;
    }

    int candidates() {
        return width;
    }

    int candidateToken(int row, int rank) {
        return (int) candidate(row, rank, TOKEN);
    }

    float candidateScore(int row, int rank) {
        return (float) candidate(row, rank, 1);
    }

    float candidateLogprob(int row, int rank) {
        return (float) candidate(row, rank, 2);
    }

    private double candidate(int row, int rank, int column) {
        return candidates[(row * width + rank) * COLUMNS + column];
    }
}
