package io.promptmill.jobs.generate;

import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.InvalidSettingException;
import io.promptmill.Problem;
import io.promptmill.generation.EngineSettings;
import io.promptmill.generation.LongPromptPolicy;
import io.promptmill.generation.ReturnedText;
import io.promptmill.jobs.card.CardTerms;
import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.command.ShownDetail;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.output.ChunkPlan;
import io.promptmill.jobs.output.ExistingOutput;
import io.promptmill.jobs.progress.RejectedLimit;
import io.promptmill.jobs.progress.RunLimits;
import io.promptmill.jobs.prompts.InputSettings;
import io.promptmill.jobs.prompts.PromptOrigin;
import io.promptmill.spark.executor.PredictionSettings;
import io.promptmill.spark.executor.RequestedDevice;
import io.promptmill.spark.executor.RequestedPrecision;
import io.promptmill.spark.rows.LoggedText;
import io.promptmill.spark.rows.OutputLayout;
import io.promptmill.spark.rows.SamplingParamsColumn;
import io.promptmill.spark.rows.TokenLogprobs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one run of {@code generate} is asked to do, every value checked: command line before conf file before default.
 *
 * @param input where the prompts are
 * @param output the folder for the rows; empty where sequences are printed and kept nowhere
 * @param existingOutput what happens to files that are already there
 * @param limits where the run is to stop although it is not finished
 * @param dryRun how to tell what the run would take in place of running; empty where it is to run
 * @param model the checkpoint's folder; empty for the sample model
 * @param baseModel the folder of the base where {@code model} is an adapter; empty where none is named
 * @param modelDigest the SHA-256 that the checkpoint must have; empty for any
 * @param idColumn input column of the id
 * @param promptColumn input column of the prompt
 * @param outputPrefix how the names of the output's own columns begin; empty for none
 * @param engine what holds for all prompts; its slots are those of {@code slots} where that says any
 * @param layout rows of the output
 * @param logprobs whether each token's log-probability is written
 * @param samplingParams whether the rows' own settings are carried through
 * @param card what the dataset card says that no run knows; empty for no card
 * @param report whether the page of the run is written
 * @param slots the wished number of sequences in flight; empty for {@code auto}
 * @param device where the model runs
 * @param precision the arithmetic of the model
 * @param chunks the wished number of chunks; empty for {@code auto}
 * @param detail how much the console shows
 * @param loggedText what logs tell of the prompts of rejected and failed rows
 * @param generation generation settings of the command line and of the conf file, highest precedence first
 */
record JobSettings(
        PromptOrigin input,
        Optional<String> output,
        ExistingOutput existingOutput,
        RunLimits limits,
        Optional<EstimateForm> dryRun,
        Optional<String> model,
        Optional<String> baseModel,
        Optional<String> modelDigest,
        String idColumn,
        String promptColumn,
        String outputPrefix,
        EngineSettings engine,
        OutputLayout layout,
        TokenLogprobs logprobs,
        SamplingParamsColumn samplingParams,
        Optional<CardTerms> card,
        ReportPage report,
        OptionalInt slots,
        RequestedDevice device,
        RequestedPrecision precision,
        OptionalInt chunks,
        ShownDetail detail,
        LoggedText loggedText,
        List<GenerationOptions> generation) {
    private static final int MAX_SLOTS = 100_000;

    JobSettings {
        engine = slots.isPresent() ? engine.withSlots(slots.getAsInt()) : engine;
    }

    static JobSettings read(OptionReader read) throws RefusalException {
        // Generation settings first: what is wrong with them does not depend on the rest.
        List<GenerationOptions> generation = read.generation();
        PromptOrigin input = PlaceOptions.input(read);
        ExistingOutput existing = PlaceOptions.existingOutput(read);
        Optional<EstimateForm> dryRun = PlaceOptions.dryRun(read, input);
        return new JobSettings(
                input,
                PlaceOptions.output(read, input, existing, dryRun),
                existing,
                new RunLimits(
                        read.durationOrNone(JobOption.MAX_TIME),
                        read.countOrNone(JobOption.MAX_TOKENS),
                        read.parsed(JobOption.MAX_REJECTED, RejectedLimit::of)),
                dryRun,
                read.textIfGiven(JobOption.MODEL),
                baseModel(read),
                read.sha256OrNone(JobOption.MODEL_SHA256),
                read.text(JobOption.ID_COLUMN),
                read.text(JobOption.PROMPT_COLUMN),
                read.namePrefixOrNone(JobOption.OUTPUT_PREFIX),
                new EngineSettings(
                        EngineSettings.DEFAULT_SLOTS,
                        read.wholeNumber(JobOption.SEED),
                        read.choice(JobOption.ON_LONG_PROMPT, LongPromptPolicy.class),
                        read.flag(JobOption.RETURN_FULL_TEXT)
                                ? ReturnedText.PROMPT_AND_CONTINUATION
                                : ReturnedText.CONTINUATION),
                read.choice(JobOption.LAYOUT, OutputLayout.class),
                read.flag(JobOption.LOGPROBS) ? TokenLogprobs.INCLUDED : TokenLogprobs.OMITTED,
                read.flag(JobOption.CARRY_SAMPLING_PARAMS)
                        ? SamplingParamsColumn.CARRIED
                        : SamplingParamsColumn.OMITTED,
                card(read),
                read.flag(JobOption.NO_REPORT) ? ReportPage.OMITTED : ReportPage.WRITTEN,
                read.countOrAuto(JobOption.SLOTS, MAX_SLOTS),
                read.choice(JobOption.DEVICE, RequestedDevice.class),
                read.choice(JobOption.PRECISION, RequestedPrecision.class),
                read.countOrAuto(JobOption.CHUNKS, ChunkPlan.MAX_CHUNKS),
                read.detail(),
                read.flag(JobOption.VERBOSE_TEXT) ? LoggedText.BEGINNING : LoggedText.OMITTED,
                generation);
    }

    /** What of this tells how the input is read. */
    InputSettings inputSettings() {
        return new InputSettings(input, idColumn, promptColumn, outputPrefix, layout, logprobs, samplingParams);
    }

    /** All sources of generation settings below a row's own, highest precedence first. */
    List<GenerationOptions> sourcesOver(List<GenerationOptions> checkpointDefaults) {
        List<GenerationOptions> sources = new ArrayList<>(generation);
        sources.addAll(checkpointDefaults);
        return List.copyOf(sources);
    }

    /** How a task continues prompts, in so many slots. */
    PredictionSettings prediction(List<GenerationOptions> checkpointDefaults, int taskSlots) {
        return new PredictionSettings(sourcesOver(checkpointDefaults), engine.withSlots(taskSlots), device, loggedText);
    }

    /** Whether command line or conf file say anything of the setting, as opposed to the model's own files. */
    boolean sets(GenerationOption option) {
        return generation.stream().anyMatch(source -> source.sets(option));
    }

    /**
     * The settings of a prompt whose row sets nothing.
     *
     * @throws RefusalException wrong usage, or the model's own fault where command line and conf file set none of what
     *     cannot be used
     */
    GenerationConfig resolve(List<GenerationOptions> checkpointDefaults) throws RefusalException {
        try {
            return GenerationConfig.resolve(sourcesOver(checkpointDefaults));
        } catch (InvalidSettingException e) {
            if (e.options().stream().noneMatch(this::sets)) {
                throw new RefusalException(
                        ExitCode.MODEL_REFUSED,
                        new Problem(
                                "checkpoint_unsupported",
                                e.getMessage(),
                                "the checkpoint's own settings hold wherever no other are given",
                                "correct them in the model's files, or give others on the command line"),
                        e);
            }
            throw new RefusalException(
                    ExitCode.WRONG_USAGE,
                    new Problem(
                            "contradicting_settings",
                            "the generation settings contradict one another",
                            e.getMessage(),
                            "change them on the command line or in the conf file"),
                    e);
        }
    }

    private static Optional<CardTerms> card(OptionReader read) throws RefusalException {
        Optional<String> license = read.textIfGiven(JobOption.LICENSE);
        Optional<String> language = read.textIfGiven(JobOption.LANGUAGE);
        if (read.flag(JobOption.CARD)) {
            return Optional.of(CardTerms.of(license, language));
        }
        if (license.isPresent() || language.isPresent()) {
            throw RefusalException.usage(
                    "terms_without_card",
                    "--license or --language is given without --card",
                    "only a card tells them",
                    "give --card too or leave them out");
        }
        return Optional.empty();
    }

    private static Optional<String> baseModel(OptionReader read) throws RefusalException {
        Optional<String> base = read.textIfGiven(JobOption.BASE_MODEL);
        if (base.isPresent() && read.textIfGiven(JobOption.MODEL).isEmpty()) {
            throw RefusalException.usage(
                    "base_without_adapter",
                    "--base-model is given without --model",
                    "it is the base of the adapter that --model names",
                    "add --model with the adapter's folder, or give the base as --model");
        }
        return base;
    }
}
