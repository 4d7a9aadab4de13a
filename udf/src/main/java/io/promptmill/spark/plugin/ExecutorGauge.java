package io.promptmill.spark.plugin;

import io.promptmill.generation.GenerationStats;
import io.promptmill.spark.executor.ExecutorFigures;
import io.promptmill.spark.rows.Outcomes;

/** What is shown of each executor, and of all together. */
enum ExecutorGauge {
    PROMPTS("prompts"),
    REJECTED("rejected"),
    FAILED("failed"),
    PROMPT_TOKENS("promptTokens"),
    GENERATED_TOKENS("generatedTokens"),
    COMPUTED_TOKENS("computedTokens"),
    SLOTS_IN_USE("slotsInUse"),
    SLOTS("slots"),
    MODEL_LOADS("modelLoads"),
    LOADING_SECONDS("loadingSeconds"),
    MODEL_BYTES("modelBytes");

    private final String title;

    ExecutorGauge(String title) {
        this.title = title;
    }

    /** The last part of its name. */
    String title() {
        return title;
    }

    Number of(ExecutorFigures figures) {
        Outcomes outcomes = figures.work().outcomes();
        GenerationStats engine = figures.work().engine();
        return switch (this) {
            case PROMPTS -> outcomes.total();
            case REJECTED -> outcomes.rejected();
            case FAILED -> outcomes.failed();
            case PROMPT_TOKENS -> figures.work().promptTokens();
            case GENERATED_TOKENS -> engine.generatedTokens();
            case COMPUTED_TOKENS -> engine.liveRows();
            case SLOTS_IN_USE -> figures.work().slotsInUse();
            case SLOTS -> figures.work().slots();
            case MODEL_LOADS -> figures.modelLoads();
            case LOADING_SECONDS -> figures.loadingSeconds();
            case MODEL_BYTES -> figures.modelBytes();
        };
    }
}
