package io.promptmill.spark.rows;

/** Is told how far a {@link Prediction} is, by the thread that pulls its rows. */
public interface PredictionObserver {
    /** One more prompt has an outcome. */
    void answered(Prediction prediction);

    /** Nothing more will come of it; may be told again. */
    void ended(Prediction prediction);
}
