package io.promptmill.spark.shipping;

/** The settings of Spark that say which model is meant where nothing else does: for plugin, stages and SQL. */
public final class ModelKeys {
    /** Names the model, as {@code --model} does. */
    public static final String MODEL = "spark.promptmill.model";

    /** Names the base, where that is an adapter. */
    public static final String BASE_MODEL = "spark.promptmill.baseModel";

    /** Where it runs, as {@code --device} takes it. */
    public static final String DEVICE = "spark.promptmill.device";

    /** The arithmetic, as {@code --precision} takes it. */
    public static final String PRECISION = "spark.promptmill.precision";

    private ModelKeys() {}
}
