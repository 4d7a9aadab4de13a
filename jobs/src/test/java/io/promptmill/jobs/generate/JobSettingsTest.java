package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.generation.EngineSettings;
import io.promptmill.generation.LongPromptPolicy;
import io.promptmill.generation.ReturnedText;
import io.promptmill.jobs.card.CardTerms;
import io.promptmill.jobs.command.ShownDetail;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.output.ExistingOutput;
import io.promptmill.jobs.progress.RejectedLimit;
import io.promptmill.jobs.progress.RunLimits;
import io.promptmill.jobs.prompts.PromptOrigin;
import io.promptmill.jobs.source.SourceFormat;
import io.promptmill.spark.executor.RequestedDevice;
import io.promptmill.spark.executor.RequestedPrecision;
import io.promptmill.spark.rows.LoggedText;
import io.promptmill.spark.rows.OutputLayout;
import io.promptmill.spark.rows.SamplingParamsColumn;
import io.promptmill.spark.rows.TokenLogprobs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobSettingsTest {

    @Test
    void theseAreTheDefaults() throws RefusalException {
        assertThat(read())
                .isEqualTo(new JobSettings(
                        PromptOrigin.files(List.of("in")),
                        Optional.of("out"),
                        ExistingOutput.REFUSED,
                        RunLimits.NONE,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        "id",
                        "prompt",
                        "",
                        new EngineSettings(64, 0, LongPromptPolicy.REJECT, ReturnedText.CONTINUATION),
                        OutputLayout.EXPLODED,
                        TokenLogprobs.OMITTED,
                        SamplingParamsColumn.OMITTED,
                        Optional.empty(),
                        ReportPage.WRITTEN,
                        OptionalInt.empty(),
                        RequestedDevice.AUTO,
                        RequestedPrecision.AUTO,
                        OptionalInt.empty(),
                        ShownDetail.ESSENTIAL,
                        LoggedText.OMITTED,
                        List.of(GenerationOptions.none(), GenerationOptions.none())));
    }

    @Test
    void theseAreTheOptions() {
        assertThat(GenerateCommand.OPTIONS.names())
                .containsExactly(
                        "input",
                        "input-format",
                        "input-table",
                        "prompt",
                        "output",
                        "overwrite",
                        "resume",
                        "retry-failed",
                        "append",
                        "max-time",
                        "max-tokens",
                        "max-rejected",
                        "dry-run",
                        "json",
                        "model",
                        "base-model",
                        "model-sha256",
                        "id-column",
                        "prompt-column",
                        "output-prefix",
                        "carry-sampling-params",
                        "card",
                        "license",
                        "language",
                        "no-report",
                        "seed",
                        "return-full-text",
                        "logprobs",
                        "on-long-prompt",
                        "layout",
                        "slots",
                        "precision",
                        "device",
                        "chunks",
                        "verbose",
                        "verbose-text",
                        "max-new-tokens",
                        "max-length",
                        "min-new-tokens",
                        "min-length",
                        "do-sample",
                        "temperature",
                        "top-k",
                        "top-p",
                        "min-p",
                        "typical-p",
                        "repetition-penalty",
                        "no-repeat-ngram-size",
                        "bad-words-ids",
                        "eos-token-id",
                        "num-beams",
                        "length-penalty",
                        "early-stopping",
                        "num-return-sequences",
                        "stop",
                        "prefix");
    }

    @Test
    void everyOptionOfTheJobCanBeSet() throws RefusalException {
        JobSettings settings = read(
                "--input-format=csv",
                "--overwrite",
                "--model",
                "m",
                "--base-model=b",
                "--model-sha256=" + "0A".repeat(32),
                "--id-column=key",
                "--prompt-column=text",
                "--output-prefix=gen.",
                "--seed=-7",
                "--return-full-text",
                "true",
                "--logprobs",
                "--on-long-prompt=truncate-left",
                "--layout=grouped",
                "--slots=8",
                "--precision=fp32",
                "--device=gpu",
                "--chunks=12",
                "--resume=false",
                "--max-time=1h30m",
                "--max-tokens=5000",
                "--max-rejected=2.5%",
                "--carry-sampling-params",
                "--dry-run",
                "--json",
                "--card",
                "--license=cc0-1.0",
                "--language=de",
                "--no-report",
                "--verbose",
                "--verbose-text");
        assertThat(settings)
                .isEqualTo(new JobSettings(
                        new PromptOrigin(List.of("in"), Optional.of(SourceFormat.CSV), Optional.empty(), List.of()),
                        Optional.of("out"),
                        ExistingOutput.OVERWRITTEN,
                        new RunLimits(
                                Optional.of(Duration.ofMinutes(90)), OptionalLong.of(5000), RejectedLimit.of("2.5%")),
                        Optional.of(EstimateForm.JSON),
                        Optional.of("m"),
                        Optional.of("b"),
                        Optional.of("0a".repeat(32)),
                        "key",
                        "text",
                        "gen.",
                        new EngineSettings(8, -7, LongPromptPolicy.TRUNCATE_LEFT, ReturnedText.PROMPT_AND_CONTINUATION),
                        OutputLayout.GROUPED,
                        TokenLogprobs.INCLUDED,
                        SamplingParamsColumn.CARRIED,
                        Optional.of(new CardTerms("cc0-1.0", "de")),
                        ReportPage.OMITTED,
                        OptionalInt.of(8),
                        RequestedDevice.GPU,
                        RequestedPrecision.FP32,
                        OptionalInt.of(12),
                        ShownDetail.ALL,
                        LoggedText.BEGINNING,
                        List.of(GenerationOptions.none(), GenerationOptions.none())));
    }

    @Test
    void generationSettingsKeepTheirHuggingFaceMeaning() throws RefusalException {
        JobSettings settings = read(
                "--do-sample",
                "--temperature=0.5",
                "--length-penalty",
                "-1.5",
                "--eos-token-id=3",
                "--eos-token-id=5",
                "--stop=\n",
                "--stop=a,b",
                "--bad-words-ids=[[5],[7,9]]",
                "--prefix",
                "");
        assertThat(settings.generation().get(0))
                .isEqualTo(GenerationOptions.none()
                        .with(GenerationOption.DO_SAMPLE, true)
                        .with(GenerationOption.TEMPERATURE, 0.5)
                        .with(GenerationOption.LENGTH_PENALTY, -1.5)
                        .with(GenerationOption.EOS_TOKEN_ID, List.of(3, 5))
                        .with(GenerationOption.STOP, List.of("\n", "a,b"))
                        .with(GenerationOption.BAD_WORDS_IDS, "[[5],[7,9]]")
                        .with(GenerationOption.PREFIX, ""));
    }

    @Test
    void aFlagStandsAloneOrTakesAValue() throws RefusalException {
        assertThat(read("--do-sample").resolve(List.of()).doSample()).isTrue();
        assertThat(read("--do-sample", "false", "--seed=1").resolve(List.of()).doSample())
                .isFalse();
        assertThat(read("--early-stopping", "never").generation().get(0).values())
                .hasToString("{EARLY_STOPPING=never}");
    }

    @Test
    void whatTheCheckpointMayCompleteIsNoContradictionYet() throws RefusalException {
        GenerationOptions sampling = GenerationOptions.none().with(GenerationOption.DO_SAMPLE, true);
        JobSettings settings = read("--num-return-sequences=2");
        assertThat(settings.resolve(List.of(sampling)).numReturnSequences()).isEqualTo(2);
        assertThatThrownBy(() -> settings.resolve(List.of()))
                .hasMessage(
                        "contradicting_settings: the generation settings contradict one another, greedy search gives"
                                + " one sequence but num_return_sequences is 2: set do_sample to true, or num_beams to at least"
                                + " 2, change them on the command line or in the conf file");
    }

    @Test
    void whatTheModelsFilesAloneGetWrongIsTheModelsFault() throws RefusalException {
        GenerationOptions greedy = GenerationOptions.none().with(GenerationOption.NUM_RETURN_SEQUENCES, 3);
        GenerationOptions wrong = GenerationOptions.none().withFault(GenerationOption.NUM_BEAMS, "num_beams is wrong");

        assertThatThrownBy(() -> read("--top-k=5").resolve(List.of(greedy)))
                .hasMessageStartingWith("checkpoint_unsupported: greedy search gives one sequence but")
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.MODEL_REFUSED);
        assertThatThrownBy(() -> read("--do-sample=false").resolve(List.of(greedy)))
                .hasMessageStartingWith("contradicting_settings: ")
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.WRONG_USAGE);
        assertThatThrownBy(() -> read().resolve(List.of(wrong)))
                .hasMessage("checkpoint_unsupported: num_beams is wrong, the checkpoint's own settings hold wherever no"
                        + " other are given, correct them in the model's files, or give others on the command line")
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.MODEL_REFUSED);
        assertThat(read("--num-beams=2").resolve(List.of(wrong)).numBeams()).isEqualTo(2);
    }

    @Test
    void whatTheCommandLineOverridesIsNotCheckedInTheConfFile(@TempDir Path folder) throws Exception {
        Path conf = Files.writeString(
                folder.resolve("run.properties"), "top-p=7\nmax-length=none\neos-token-id=x\ndo-sample=true\n");
        String file = "--conf-file=" + conf;

        GenerationConfig config = read(file, "--top-p=0.5", "--max-new-tokens=5", "--eos-token-id", "-1")
                .resolve(List.of());
        assertThat(config.topP()).isEqualTo(0.5);
        assertThat(config.doSample()).isTrue();
        assertThat(config.maxTokens()).hasToString("TokenLimit[tokens=5, counts=NEW_TOKENS]");
        assertThatThrownBy(() -> read(file, "--max-new-tokens=5", "--eos-token-id", "-1"))
                .hasMessage("wrong_value: --top-p has a wrong value, top_p must be a number between 0 and 1 but was 7,"
                        + " correct it in " + conf);
        assertThatThrownBy(() -> read(file, "--top-p=0.5", "--eos-token-id", "-1"))
                .hasMessageStartingWith("wrong_value: --max-length has a wrong value");
    }

    @Test
    void theCommandLineKnowsWhatMeansOffElsewhere() throws RefusalException {
        GenerationOptions sampling = GenerationOptions.none()
                .with(GenerationOption.DO_SAMPLE, true)
                .with(GenerationOption.TEMPERATURE, 0.7)
                .with(GenerationOption.EOS_TOKEN_ID, 5);

        assertThat(read("--eos-token-id", "-1", "--top-k", "-1", "--min-length", "-1", "--no-repeat-ngram-size=-1")
                        .generation()
                        .get(0))
                .isEqualTo(GenerationOptions.none()
                        .with(GenerationOption.EOS_TOKEN_ID, List.of(-1))
                        .with(GenerationOption.TOP_K, 0)
                        .with(GenerationOption.MIN_LENGTH, 0)
                        .with(GenerationOption.NO_REPEAT_NGRAM_SIZE, 0));
        assertThat(read("--temperature=0").resolve(List.of(sampling)).doSample())
                .isFalse();
        assertThatThrownBy(() -> read("--temperature=0", "--do-sample").resolve(List.of(sampling)))
                .hasMessageStartingWith("contradicting_settings: ");
    }

    @Test
    void theCheckpointComesBelowWhatTheUserSays() throws RefusalException {
        GenerationOptions checkpoint =
                GenerationOptions.none().with(GenerationOption.TOP_K, 7).with(GenerationOption.MAX_LENGTH, 160);
        GenerationConfig config = read("--max-new-tokens=5").resolve(List.of(checkpoint));
        assertThat(config.topK()).isEqualTo(7);
        assertThat(config.maxTokens()).hasToString("TokenLimit[tokens=5, counts=NEW_TOKENS]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--topp=1 | unknown_option: --topp is not known, generate has no such option, did you mean --top-p?",
                "--max_new_tokens=3 | unknown_option: --max_new_tokens is not known, generate has no such option, did you mean --max-new-tokens?",
                "stray | unknown_argument: stray is not known, generate has no such argument, --help tells all that there are",
                "--top-p=2 | wrong_value: --top-p has a wrong value, top_p must be a number between 0 and 1 but was 2, correct it on the command line",
                "--seed=x | wrong_value: --seed has a wrong value, it must be a whole number between -2^63 and 2^63 - 1 but was x, correct it on the command line",
                "--slots=0 | wrong_value: --slots has a wrong value, it must be auto or a whole number from 1 to 100000 but was 0, correct it on the command line",
                "--layout=wide | wrong_value: --layout has a wrong value, it must be one of exploded, grouped but was wide, correct it on the command line",
                "--overwrite=maybe | wrong_value: --overwrite has a wrong value, it must be true or false but was maybe, correct it on the command line",
                "--model=s3a://AKIA:s3cret@b/m | key_in_uri: --model s3a://***@b/m holds a key, plan.json and lists of processes would show it, give it to Spark (such as spark.hadoop.fs.s3a.access.key and spark.hadoop.fs.s3a.secret.key, or a provider of credentials) and leave it out of the URI on the command line",
                "--overwrite --resume | contradicting_options: --overwrite and --resume are both given, an existing output can be treated in one way only, keep one of them",
                "--max-time=1.5h | wrong_value: --max-time has a wrong value, it must be none or a duration such as 45s, 90m, 1h30m or 2d but was 1.5h, correct it on the command line",
                "--max-time=0s | wrong_value: --max-time has a wrong value, it must be none or a duration such as 45s, 90m, 1h30m or 2d but was 0s, correct it on the command line",
                "--resume --retry-failed | contradicting_options: --resume and --retry-failed are both given, an existing output can be treated in one way only, keep one of them",
                "--license=mit | terms_without_card: --license or --language is given without --card, only a card tells them, give --card too or leave them out",
                "--json | json_without_dry_run: --json is given without --dry-run, rows of a run are in files and an estimate alone is printed, give --dry-run too or leave it out",
                "--model= | option_empty: --model is empty, that is no FOLDER, give it a value or leave it out",
                "--model=a --base-model= | option_empty: --base-model is empty, that is no FOLDER, give it a value or leave it out",
                "--base-model=b | base_without_adapter: --base-model is given without --model, it is the base of the adapter that --model names, add --model with the adapter's folder, or give the base as --model",
                "--model-sha256=12 | wrong_value: --model-sha256 has a wrong value, it must be none or the 64 hexadecimal digits of a SHA-256 but was 12, correct it on the command line",
                "--max-tokens=0 | wrong_value: --max-tokens has a wrong value, it must be none or a whole number of at least 1 but was 0, correct it on the command line",
                "--output-prefix=my;id | wrong_value: --output-prefix has a wrong value, it must be none or 1 to 64 characters without spaces, control characters and ,;{}()=` but was my;id, correct it on the command line",
                "--output-prefix= | option_missing: --output-prefix is not given, generate cannot run without it, add --output-prefix TEXT",
                "--output=again | option_given_twice: --output is given 2 times, it takes one value, keep one of out, again",
                "--prompt=Hi | contradicting_options: --input and --prompt are both given, the prompts of a run are in files, in a table or on the command line, keep one of them",
                "--input-table=t | contradicting_options: --input and --input-table are both given, the prompts of a run are in files, in a table or on the command line, keep one of them",
                "--input-format=xml | wrong_value: --input-format has a wrong value, it must be one of auto, parquet, csv, jsonl, txt, tweets-js but was xml, correct it on the command line",
                "--id-column= | 'option_missing: --id-column is not given, generate cannot run without it, add --id-column NAME|auto'",
                "--seed | wrong_usage: the command line cannot be read, Missing required parameter for option '--seed' (N), write a value that begins with a dash as --option=value; --help tells all options"
            })
    void wrongUsageIsRefusedByName(String option, String message) {
        assertThatThrownBy(() -> read(option.split(" ")))
                .isInstanceOf(RefusalException.class)
                .hasMessage(message)
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.WRONG_USAGE);
    }

    @Test
    void inputAndOutputMustBeGiven() {
        assertThatThrownBy(() -> TestSettings.of("--output", "out"))
                .hasMessage(
                        "option_missing: neither --input nor --prompt is given, generate cannot run without prompts,"
                                + " add --input PATH, --input-table NAME or --prompt TEXT");
        assertThatThrownBy(() -> TestSettings.of("--input", "in"))
                .hasMessage(
                        "option_missing: --output is not given, generate cannot run without it, add --output FOLDER");
    }

    @Test
    void promptsOfTheCommandLineCanDoWithoutAnOutput() throws RefusalException {
        JobSettings printed = TestSettings.of("--prompt=My dream is", "--prompt", "", "--model=m");
        assertThat(printed.input()).isEqualTo(PromptOrigin.texts(List.of("My dream is", "")));
        assertThat(printed.output()).isEmpty();
        assertThat(TestSettings.of("--prompt=x", "--output=out", "--resume").output())
                .hasValue("out");
        for (String option : List.of("--resume", "--append", "--overwrite", "--retry-failed")) {
            assertThatThrownBy(() -> TestSettings.of("--prompt=x", option))
                    .hasMessage(
                            "option_missing: --output is not given, sequences that are printed only leave nothing that"
                                    + " a run could continue or replace, add --output FOLDER");
        }
        assertThatThrownBy(() -> TestSettings.of("--prompt=x", "--card"))
                .hasMessage(
                        "option_without_output: --card is given without --output, a card lies beside the rows that it"
                                + " tells of, add --output FOLDER or leave it out");
        assertThatThrownBy(() -> TestSettings.of("--prompt=x", "--max-tokens=9"))
                .hasMessage(
                        "option_without_output: --max-tokens is given without --output, a run stops there between two"
                                + " chunks, which only folders have, add --output FOLDER or leave it out");
    }

    @Test
    void anEstimateNeedsNoOutputAndHasNoPromptsOfTheCommandLine() throws RefusalException {
        JobSettings estimated = TestSettings.of("--input=in", "--dry-run", "--card", "--max-tokens=9");
        assertThat(estimated.dryRun()).hasValue(EstimateForm.TABLE);
        assertThat(estimated.output()).isEmpty();
        assertThatThrownBy(() -> TestSettings.of("--input=in", "--dry-run", "--resume"))
                .hasMessage(
                        "option_missing: --output is not given, generate cannot run without it, add --output FOLDER");
        assertThatThrownBy(() -> TestSettings.of("--prompt=Hi", "--dry-run"))
                .hasMessage(
                        "contradicting_options: --dry-run and --prompt are both given, a prompt of the command line is"
                                + " continued sooner than an estimate is made, leave --dry-run out, or give --input");
    }

    @Test
    void severalInputsMayBeGiven(@TempDir Path folder) throws Exception {
        assertThat(read("--input=more").input().inputs()).containsExactly("in", "more");
        Path conf = Files.writeString(folder.resolve("run.properties"), "input.1=a\ninput.2=b\noutput=out\n");
        assertThat(TestSettings.of("--conf-file=" + conf).input().inputs()).containsExactly("a", "b");
    }

    private static JobSettings read(String... options) throws RefusalException {
        String[] all = new String[options.length + 2];
        all[0] = "--input=in";
        all[1] = "--output=out";
        System.arraycopy(options, 0, all, 2, options.length);
        return TestSettings.of(all);
    }

    @Test
    void aDurationIsDaysHoursMinutesAndSeconds() throws RefusalException {
        assertThat(read("--max-time=2d3h4m5s").limits().maxTime())
                .hasValue(Duration.ofDays(2).plusHours(3).plusMinutes(4).plusSeconds(5));
        assertThat(read("--max-time=90m").limits().maxTime()).hasValue(Duration.ofMinutes(90));
        assertThat(read("--max-time=none", "--max-tokens=none", "--max-rejected=none")
                        .limits())
                .isEqualTo(RunLimits.NONE);
    }
}
