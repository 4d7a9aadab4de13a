package io.promptmill.jobs.finetune;

import static io.promptmill.jobs.command.CommandOption.each;
import static io.promptmill.jobs.command.CommandOption.flag;
import static io.promptmill.jobs.command.CommandOption.on;
import static io.promptmill.jobs.command.CommandOption.optional;
import static io.promptmill.jobs.command.CommandOption.required;
import static io.promptmill.jobs.command.CommandOption.withDefault;

import io.promptmill.jobs.command.CommandOption;
import io.promptmill.jobs.command.DescribedOption;

/** The options of {@code finetune}; those of the training have the names that they have in transformers' Trainer. */
enum FinetuneOption implements DescribedOption {
    DATA(required(
            "data",
            "PATH",
            "What prepare wrote, or Parquet or JSON lines with text, or with input_ids (a block of token ids a row).")),
    EVAL_DATA(optional(
            "eval-data", "PATH", "Held-out rows of the same form; what prepare held out when not given, if any.")),
    OUTPUT(required("output", "FOLDER", "Folder of the model's versions, v1, v2, and so on, and of its runs.")),
    RESUME(flag("resume", "Continue the newest unfinished run with the same settings; a new run where there is none.")),
    MODEL(optional(
            "model",
            "FOLDER",
            "Checkpoint to start from, in Hugging Face layout, or the name of a model on the Hugging Face hub; the sample"
                    + " model when not given.")),
    BASE_MODEL(optional(
            "base-model",
            "FOLDER",
            "Where --model is a PEFT adapter: its base, as --model takes it, if the adapter does not tell it.")),
    FROM_SCRATCH(flag("from-scratch", "Start from random weights; only the tokenizer is that of --model.")),
    N_LAYER(optional("n-layer", "N", "With --from-scratch: layers.")),
    N_HEAD(optional("n-head", "N", "With --from-scratch: attention heads of a layer.")),
    N_EMBD(optional("n-embd", "N", "With --from-scratch: width of the hidden states.")),
    N_POSITIONS(optional("n-positions", "N", "With --from-scratch: tokens of a text at most.")),
    LEARNING_RATE(withDefault("learning-rate", "X", "1.372e-4", "The highest learning rate of AdamW.")),
    LR_SCHEDULER_TYPE(withDefault(
            "lr-scheduler-type", "cosine|linear|constant", "cosine", "How the learning rate falls after the warm-up.")),
    WARMUP_STEPS(withDefault("warmup-steps", "N", "0", "Steps in which the learning rate rises from 0.")),
    WEIGHT_DECAY(withDefault("weight-decay", "X", "0", "Of matrices; biases and layer norms have none.")),
    MAX_GRAD_NORM(withDefault("max-grad-norm", "X", "1.0", "Longer gradients are cut to it; 0 cuts none.")),
    PER_DEVICE_TRAIN_BATCH_SIZE(withDefault("per-device-train-batch-size", "N", "1", "Blocks computed at a time.")),
    GRADIENT_ACCUMULATION_STEPS(
            withDefault("gradient-accumulation-steps", "N", "1", "Batches whose gradients make a step.")),
    NUM_TRAIN_EPOCHS(withDefault("num-train-epochs", "X", "1", "How often all blocks are trained on.")),
    MAX_STEPS(withDefault("max-steps", "N|none", "none", "Number of steps, in the place of --num-train-epochs.")),
    BLOCK_SIZE(withDefault(
            "block-size", "N|auto", "auto", "Tokens of a block; auto: 1024, or the model's positions if fewer.")),
    SHUFFLE(on("shuffle", "Take the blocks in another random order in each epoch.")),
    DROPOUT(withDefault(
            "dropout", "X|auto", "auto", "Share of numbers left out in training; auto: as config.json says.")),
    ATTN_PDROP(withDefault(
            "attn-pdrop",
            "X|auto",
            "auto",
            "The same of the attention's weights, which takes the most time; auto: as --dropout.")),
    ADD_SPECIAL_TOKENS(optional(
            "add-special-tokens",
            "TOKEN,TOKEN",
            "Tokens that the tokenizer gets; the model has an embedding for each.")),
    SEED(withDefault("seed", "N", "42", "Keys the order of the blocks, dropout and new weights.")),
    LOGGING_STEPS(withDefault("logging-steps", "N", "5", "Steps from one line of metrics.jsonl to the next.")),
    EVAL_STEPS(withDefault(
            "eval-steps", "N|auto", "auto", "Steps between two looks at the held-out data; auto: a tenth of all.")),
    SAVE_STEPS(withDefault("save-steps", "N", "500", "Steps from one checkpoint to the next.")),
    SAVE_TOTAL_LIMIT(withDefault(
            "save-total-limit", "N|none", "2", "Newest checkpoints that are kept; the best one is kept, too.")),
    LOAD_BEST_MODEL_AT_END(
            flag("load-best-model-at-end", "The version has the weights of the lowest held-out loss, not the last.")),
    EARLY_STOPPING_PATIENCE(withDefault(
            "early-stopping-patience", "N|none", "none", "Stop after so many looks without a lower held-out loss.")),
    BF16(flag("bf16", "Multiply matrices as bfloat16, on a GPU only; weights stay float32.")),
    TORCH_DTYPE(withDefault(
            "torch-dtype", "float32|float16|bfloat16", "float32", "Type of the numbers in the version's weights.")),
    DEVICE(withDefault(
            "device", "auto|cpu|gpu", "auto", "Where it trains; auto takes the GPU that Spark assigned, if any.")),
    THREADS(withDefault(
            "threads",
            "N|auto",
            "auto",
            "Threads on a CPU; auto: spark.task.cpus, or all cores where Spark is one process and does not set it.")),
    SAMPLES(withDefault("samples", "N", "5", "Texts that the model gives at each look at the held-out data.")),
    SAMPLE_PROMPT(withDefault("sample-prompt", "TEXT", "My dream is", "What these texts continue.")),
    AUTHOR(optional("author", "NAME", "Told in the model's card.")),
    AUTHOR_URL(optional("author-url", "URL", "Told in the model's card.")),
    PROJECT_URL(optional("project-url", "URL", "Told in the model's card.")),
    LICENSE(optional("license", "ID", "Told in the model's card, as Hugging Face spells it.")),
    LANGUAGE(optional("language", "CODE", "Told in the model's card, such as en.")),
    AVATAR(each("avatar", "USER=FILE", "Picture of a user for the card, on the driver; otherwise initials are drawn.")),
    VERBOSE(flag("verbose", "Show Spark's log and stack traces."));

    private final CommandOption option;

    FinetuneOption(CommandOption option) {
        this.option = option;
    }

    @Override
    public CommandOption option() {
        return option;
    }
}
