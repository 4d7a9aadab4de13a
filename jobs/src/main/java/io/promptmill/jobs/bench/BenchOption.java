package io.promptmill.jobs.bench;

import static io.promptmill.jobs.command.CommandOption.flag;
import static io.promptmill.jobs.command.CommandOption.optional;
import static io.promptmill.jobs.command.CommandOption.withDefault;

import io.promptmill.GenerationOption;
import io.promptmill.jobs.command.CommandOption;
import io.promptmill.jobs.command.DescribedOption;

/** The options of {@code bench}. */
enum BenchOption implements DescribedOption {
    MODEL(
            optional(
                    "model",
                    "FOLDER",
                    "Checkpoint in Hugging Face layout, or a version in a folder of versions: FOLDER@latest, FOLDER@best, FOLDER@v3; or the name of a model on the Hugging Face hub.")),
    SHAPE(optional(
            "shape",
            "small|medium|LAYERSxWIDTHxHEADS[xVOCABULARY]",
            "Without --model: sizes of a model with random weights. Default: small, which is 12x768x12.")),
    WORK(withDefault("work", "w1|w2|w3|all", "w1", "Prompts.")),
    SLOTS(withDefault("slots", "N", "64", "Sequences in flight in one task.")),
    TASKS(optional("tasks", "N", "Tasks at a time over one model, one thread each, as in Spark. Default: one a core.")),
    PRECISION(withDefault("precision", "auto|fp32|bf16|int8", "auto", "Arithmetic of the model; auto is fp32.")),
    HELD_OUT(optional(
            "held-out",
            "FILE",
            "With --model: a text in UTF-8, on which to tell what the precision costs against fp32.")),
    DO_SAMPLE(CommandOption.of(GenerationOption.DO_SAMPLE).or("true")),
    TOP_P(CommandOption.of(GenerationOption.TOP_P).or("0.95")),
    TOP_K(CommandOption.of(GenerationOption.TOP_K).or("0")),
    SECONDS(withDefault(
            "seconds", "X", "20", "Rounds of prompts begin until that much time has passed, at least one.")),
    WARMUP_SECONDS(
            withDefault("warmup-seconds", "X", "2", "The same for rounds of 4 new tokens before the measured ones.")),
    SEED(withDefault("seed", "N", "0", "Of draws and made-up weights.")),
    JSON(flag("json", "One JSON line for each work instead of a table.")),
    VERBOSE(flag("verbose", "Show the log and stack traces."));

    private final CommandOption option;

    BenchOption(CommandOption option) {
        this.option = option;
    }

    @Override
    public CommandOption option() {
        return option;
    }
}
