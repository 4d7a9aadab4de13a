package io.promptmill.jobs.generate;

import static io.promptmill.jobs.command.CommandOption.each;
import static io.promptmill.jobs.command.CommandOption.flag;
import static io.promptmill.jobs.command.CommandOption.optional;
import static io.promptmill.jobs.command.CommandOption.withDefault;

import io.promptmill.jobs.command.CommandOption;
import io.promptmill.jobs.command.DescribedOption;
import io.promptmill.jobs.source.SourceFormat;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The options of {@code generate} that are the job's own, as opposed to the model's generation settings. */
enum JobOption implements DescribedOption {
    INPUT(each(
            "input",
            "PATH",
            "File, folder or pattern with the prompts, on any Hadoop file system; may be given several times.")),
    INPUT_FORMAT(withDefault(
            "input-format",
            "auto|" + SourceFormat.words(),
            "auto",
            "Format of all files; auto goes by the end of each one's name, without a known one it is Parquet.")),
    INPUT_TABLE(optional(
            "input-table",
            "NAME",
            "A table of Spark's catalogs in place of --input, such as CATALOG.DB.TABLE: Hive, Delta Lake, Iceberg, and any"
                    + " other that spark.table reads; a resume reads the same rows.")),
    PROMPT(each(
            "prompt",
            "TEXT",
            "A prompt in place of --input, whose sequences are printed; may be given several times.")),
    OUTPUT(optional(
            "output", "FOLDER", "Folder for the generated rows; must be empty or absent. --prompt can do without.")),
    OVERWRITE(flag("overwrite", "Replace the files of an earlier run in the output folder, and nothing else.")),
    RESUME(flag(
            "resume",
            "Continue an interrupted run: only the chunks it lacks are computed; a new run where there is none.")),
    RETRY_FAILED(flag("retry-failed", "As --resume, and chunks that hold failed rows are computed anew.")),
    APPEND(flag("append", "Add the prompts of new input files to a finished run; a new run where there is none.")),
    MAX_TIME(withDefault(
            "max-time", "DURATION", "none", "Stop after that time, such as 90m or 1h30m; --resume continues.")),
    MAX_TOKENS(withDefault(
            "max-tokens", "N|none", "none", "Begin no chunk after so many generated tokens; --resume continues.")),
    MAX_REJECTED(withDefault(
            "max-rejected",
            "N|P%|none",
            "none",
            "Stop with exit code 8 once more prompts are rejected in finished chunks, or at the end a higher percentage;"
                    + " --resume with a higher limit continues.")),
    DRY_RUN(flag(
            "dry-run",
            "Check all and tell what the run would take: rows that would be rejected, tokens, time on this cluster, size of"
                    + " the output. Nothing is written, and --output need not be given.")),
    JSON(flag("json", "With --dry-run: one JSON object instead of a table.")),
    MODEL(optional(
            "model",
            "FOLDER",
            "Checkpoint in Hugging Face layout, or a version in a folder of versions: FOLDER@latest, FOLDER@best,"
                    + " FOLDER@v3; where no such folder is, the name of a model on the Hugging Face hub: NAME or"
                    + " OWNER/NAME, with @REVISION or without; the sample model in this jar when not given.")),
    BASE_MODEL(
            optional(
                    "base-model",
                    "FOLDER",
                    "Where --model is a PEFT adapter: its base, as --model takes it, if neither its folder nor base_model_name_or_path has it.")),
    MODEL_SHA256(withDefault(
            "model-sha256", "DIGEST", "none", "Refuse a model with another digest; plan.json tells a model's.")),
    ID_COLUMN(withDefault(
            "id-column",
            "NAME|auto",
            "id",
            "Input column with the unique id, a string or an integer; auto makes ids FILE#N of each row's file and"
                    + " number.")),
    PROMPT_COLUMN(withDefault("prompt-column", "NAME", "prompt", "Input column with the prompt's text.")),
    OUTPUT_PREFIX(withDefault(
            "output-prefix",
            "TEXT",
            "none",
            "Begins the names of the output's columns, but for id, prompt and those that are carried.")),
    CARRY_SAMPLING_PARAMS(flag("carry-sampling-params", "Carry the column sampling_params through, too.")),
    CARD(flag(
            "card",
            "Write README.md, a dataset card with which the Hugging Face hub and its datasets library read the folder."
                    + " Spark and pandas then read *.parquet in it.")),
    LICENSE(optional("license", "ID", "Told in the card, as Hugging Face spells it.")),
    LANGUAGE(optional("language", "CODE", "Told in the card, such as en.")),
    NO_REPORT(flag(
            "no-report",
            "Leave out _promptmill/report.html, the page that shows how the run went and some of its texts.")),
    SEED(withDefault("seed", "N", "0", "Keys every random draw of the run.")),
    RETURN_FULL_TEXT(flag("return-full-text", "Put the prompt before the continuation in generated_text.")),
    LOGPROBS(flag("logprobs", "Add the log-probability of every generated token.")),
    ON_LONG_PROMPT(withDefault(
            "on-long-prompt",
            "reject|truncate-left|truncate-right",
            "reject",
            "What happens to a prompt that does not fit the model together with its new tokens.")),
    LAYOUT(withDefault("layout", "exploded|grouped", "exploded", "One output row per sequence, or one per prompt.")),
    SLOTS(withDefault(
            "slots",
            "N|auto",
            "auto",
            "Sequences in flight in one task; auto: as many as fit the memory, at most 64.")),
    PRECISION(withDefault(
            "precision",
            "auto|fp32|bf16|int8",
            "auto",
            "Arithmetic of the model; auto is fp32 on a CPU, bf16 on a GPU.")),
    DEVICE(withDefault(
            "device", "auto|cpu|gpu", "auto", "Where the model runs; auto takes the GPU that Spark assigned, if any.")),
    CHUNKS(withDefault(
            "chunks",
            "N|auto",
            "auto",
            "Shares the prompts are cut into; auto: full slots, some chunks a core, about five minutes each.")),
    VERBOSE(flag("verbose", "Show Spark's log and stack traces.")),
    VERBOSE_TEXT(flag("verbose-text", "Let logs tell how the prompts of rejected and failed rows begin."));

    /**
     * Options that can change neither a row nor the chunk it is in: where things are, what happens to the output, when
     * to stop, what console, logs, card and report show, and the slots, on which no bit of a sequence depends. The number of
     * executors, Spark's settings and the address of a device are no options and are not in the fingerprint either.
     */
    static final Set<JobOption> NEUTRAL = Collections.unmodifiableSet(EnumSet.of(
            OUTPUT,
            OVERWRITE,
            RESUME,
            RETRY_FAILED,
            APPEND,
            MODEL_SHA256,
            MAX_TIME,
            MAX_TOKENS,
            MAX_REJECTED,
            DRY_RUN,
            JSON,
            CARD,
            LICENSE,
            LANGUAGE,
            NO_REPORT,
            SLOTS,
            VERBOSE,
            VERBOSE_TEXT));

    private final CommandOption option;

    JobOption(CommandOption option) {
        this.option = option;
    }

    @Override
    public CommandOption option() {
        return option;
    }
}
