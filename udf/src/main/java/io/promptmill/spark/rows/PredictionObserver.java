package io.promptmill.spark.rows;

/** Is told how far a {@link Prediction} is, by the thread that pulls its rows. */
public interface PredictionObserver {
    /** Nobody who wants to know. */
    PredictionObserver NONE = new PredictionObserver() {
        @Override
        public void answered(Prediction prediction) {}

        @Override
        public void ended(Prediction prediction) {}
    };

    /** One more prompt has an outcome. */
    void answered(Prediction prediction);

    /** Nothing more will come of it; may be told again. */
    void ended(Prediction prediction);
}
