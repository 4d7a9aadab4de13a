package io.promptmill.jobs.estimate;

/** The chance that a sequence goes on after so many tokens, where nothing but the model ends it. Immutable. */
final class Survival {
    private final double[] alive;
    private final double hazard;

    /**
     * That of a sample.
     *
     * @param alive the chance after 0, 1, … tokens, as far as it was observed; it begins with 1
     * @param hazard the chance that a sequence ends with the next token, behind what was observed
     */
    Survival(double[] alive, double hazard) {
        this.alive = alive.clone();
        this.hazard = hazard;
    }

    /** The chance to have more than so many tokens. */
    double after(int tokens) {
        int known = alive.length - 1;
        return tokens <= known ? alive[tokens] : alive[known] * Math.pow(1 - hazard, tokens - known);
    }

    /** How many tokens a sequence of {@code least} to {@code most} has in the mean. */
    double expected(int least, int most) {
        double started = after(least - 1);
        if (started == 0) {
            return least;
        }
        double tokens = least;
        for (int t = least; t < most; t++) {
            tokens += after(t) / started;
        }
        return tokens;
    }

    /**
     * How many tokens a sequence has by chance.
     *
     * @param uniform from 0 to 1
     */
    int drawn(double uniform, int least, int most) {
        double chance = uniform * after(least - 1);
        int from = least;
        int to = most;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (after(middle) <= chance) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from;
    }
}
