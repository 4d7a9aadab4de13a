package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.GenerationOption;
import io.promptmill.Sha256;
import io.promptmill.compile.Precision;
import io.promptmill.jobs.command.CommandOption;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.input.InputFile;
import io.promptmill.jobs.output.Fingerprint;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.output.TestPlans;
import io.promptmill.jobs.table.TableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every option is either part of the fingerprint or named as one that cannot change the output. */
class FingerprintTest {
    /** A value beside the default, for options of the job. */
    private static final Map<JobOption, List<String>> OTHER = Map.ofEntries(
            Map.entry(JobOption.PROMPT, List.of("--prompt=x")),
            Map.entry(JobOption.OUTPUT, List.of("--output=elsewhere")),
            Map.entry(JobOption.OVERWRITE, List.of("--overwrite")),
            Map.entry(JobOption.RESUME, List.of("--resume")),
            Map.entry(JobOption.RETRY_FAILED, List.of("--retry-failed")),
            Map.entry(JobOption.MODEL_SHA256, List.of("--model-sha256=" + "0".repeat(64))),
            Map.entry(JobOption.APPEND, List.of("--append")),
            Map.entry(JobOption.MAX_TIME, List.of("--max-time=1h")),
            Map.entry(JobOption.MAX_TOKENS, List.of("--max-tokens=5")),
            Map.entry(JobOption.MAX_REJECTED, List.of("--max-rejected=5%")),
            Map.entry(JobOption.DRY_RUN, List.of("--dry-run")),
            Map.entry(JobOption.JSON, List.of("--dry-run", "--json")),
            Map.entry(JobOption.CARRY_SAMPLING_PARAMS, List.of("--carry-sampling-params")),
            Map.entry(JobOption.CARD, List.of("--card")),
            Map.entry(JobOption.LICENSE, List.of("--card", "--license=mit")),
            Map.entry(JobOption.NO_REPORT, List.of("--no-report")),
            Map.entry(JobOption.LANGUAGE, List.of("--card", "--language=de")),
            Map.entry(JobOption.ID_COLUMN, List.of("--id-column=key")),
            Map.entry(JobOption.PROMPT_COLUMN, List.of("--prompt-column=text")),
            Map.entry(JobOption.OUTPUT_PREFIX, List.of("--output-prefix=pm_")),
            Map.entry(JobOption.SEED, List.of("--seed=1")),
            Map.entry(JobOption.RETURN_FULL_TEXT, List.of("--return-full-text")),
            Map.entry(JobOption.LOGPROBS, List.of("--logprobs")),
            Map.entry(JobOption.ON_LONG_PROMPT, List.of("--on-long-prompt=truncate-left")),
            Map.entry(JobOption.LAYOUT, List.of("--layout=grouped")),
            Map.entry(JobOption.SLOTS, List.of("--slots=3")),
            Map.entry(JobOption.DEVICE, List.of("--device=cpu")),
            Map.entry(JobOption.VERBOSE, List.of("--verbose")),
            Map.entry(JobOption.VERBOSE_TEXT, List.of("--verbose-text")));

    /** Those whose effect is in another field than the settings, and how a change of it is told. */
    private static final Map<JobOption, String> ELSEWHERE = Map.of(
            JobOption.INPUT, "input file file:/in/a.parquet was 12 bytes",
            JobOption.INPUT_TABLE, "input table t was absent and is now 3 rows of version 7 with digest aa",
            JobOption.INPUT_FORMAT,
                    "input file file:/in/a.parquet was 12 bytes of 2026-02-28T00:00:00Z with footer none and"
                            + " is now 12 bytes of 2026-02-28T00:00:00Z of the format csv with SHA-256 00ff",
            JobOption.MODEL, "digest of the model was d and is now other",
            JobOption.BASE_MODEL, "digest of the model was d and is now other",
            JobOption.CHUNKS, "chunks was 2 and is now 3",
            JobOption.PRECISION, "precision was fp32 and is now bf16");

    @ParameterizedTest
    @EnumSource
    void anOptionOfTheJobChangesTheFingerprintOrIsNamedNeutral(JobOption option) throws Exception {
        if (ELSEWHERE.containsKey(option)) {
            assertThat(planChangedBy(option).fingerprintFields().changesSince(fingerprint()))
                    .singleElement()
                    .asString()
                    .startsWith(ELSEWHERE.get(option));
        } else {
            assertThat(OTHER).as("a value to try").containsKey(option);
            List<String> changes =
                    fingerprint(OTHER.get(option).toArray(String[]::new)).changesSince(fingerprint());
            assertThat(changes.isEmpty()).as("neutral: %s", changes).isEqualTo(JobOption.NEUTRAL.contains(option));
        }
    }

    /** The plan that the option leads to, where that is not seen in the settings but in what it names. */
    private static RunPlan planChangedBy(JobOption option) throws RefusalException {
        Map<String, Object> settings = settings(Precision.FP32);
        return switch (option) {
            case INPUT -> TestPlans.plan(2, settings, "d", "other");
            case INPUT_FORMAT -> TestPlans.plan(
                    new InputFile("file:/in/a.parquet", 12, "2026-02-28T00:00:00Z", "none", "csv", "00ff", "a.parquet"),
                    settings);
            case INPUT_TABLE -> TestPlans.plan(new TableState("t", "7", 3, "aa"), settings);
            case MODEL, BASE_MODEL -> TestPlans.plan(2, settings, "other", "none");
            case CHUNKS -> TestPlans.plan(3, settings);
            case PRECISION -> TestPlans.plan(2, settings(Precision.BF16));
            default -> throw new IllegalArgumentException(option + " is seen in the settings");
        };
    }

    @ParameterizedTest
    @EnumSource
    void everyGenerationSettingChangesTheFingerprint(GenerationOption option) throws Exception {
        String value =
                switch (option) {
                    case DO_SAMPLE -> "--do-sample";
                    case EARLY_STOPPING -> "--early-stopping=never";
                    case BAD_WORDS_IDS -> "--bad-words-ids=[[5],[7,9]]";
                    case EOS_TOKEN_ID -> "--eos-token-id=7";
                    case STOP -> "--stop=x";
                    case PREFIX -> "--prefix=x";
                    case TEMPERATURE, TOP_P, MIN_P, TYPICAL_P, REPETITION_PENALTY, LENGTH_PENALTY -> CommandOption.of(
                                            option)
                                    .dashed()
                            + "=0.5";
                    case NUM_RETURN_SEQUENCES -> "--num-return-sequences=2";
                    default -> CommandOption.of(option).dashed() + "=3";
                };
        // As beam search and sampling, so that no value contradicts the others.
        String[] base = option == GenerationOption.DO_SAMPLE
                ? new String[] {}
                : new String[] {option == GenerationOption.NUM_BEAMS ? "--num-beams=2" : "--do-sample"};
        List<String> changed = new ArrayList<>(List.of(option == GenerationOption.NUM_BEAMS ? new String[] {} : base));
        changed.add(value);
        assertThat(fingerprint(changed.toArray(String[]::new)).changesSince(fingerprint(base)))
                .isNotEmpty();
    }

    @Test
    void aChangeIsToldWithBothValuesAndLongOnesAreCut() {
        Fingerprint earlier = new Fingerprint(new TreeMap<>(Map.of("a", "1", "b", "x".repeat(200), "same", "s")));
        Fingerprint now = new Fingerprint(new TreeMap<>(Map.of("b", "y", "c", "2", "same", "s")));
        assertThat(now.changesSince(earlier))
                .containsExactly(
                        "a was 1 and is now absent",
                        "b was " + "x".repeat(80) + "… (SHA-256 " + Sha256.ofText("x".repeat(200)) + ") and is now y",
                        "c was absent and is now 2");
        assertThat(now.digest())
                .isNotEqualTo(earlier.digest())
                .isEqualTo(new Fingerprint(new TreeMap<>(now.fields())).digest());
    }

    @Test
    void settingsAreToldBeforeTheColumnsThatTheyChangeAndFilesComeLast() {
        Fingerprint earlier = new Fingerprint(new TreeMap<>(
                Map.of("output-prefix", "", "output column error", "1", "seed", "0", "input file a", "x")));
        Fingerprint now = new Fingerprint(new TreeMap<>(
                Map.of("output-prefix", "pm_", "output column pm_error", "1", "seed", "1", "input file a", "y")));
        List<String> changes = List.of(
                "output-prefix was empty and is now pm_",
                "seed was 0 and is now 1",
                "output column error was 1 and is now absent",
                "output column pm_error was absent and is now 1",
                "input file a was x and is now y");
        assertThat(now.changesSince(earlier)).isEqualTo(changes);
        assertThat(now.changesBesideAppended(earlier)).isEqualTo(changes);
    }

    private static Fingerprint fingerprint(String... options) throws RefusalException {
        return TestPlans.plan(2, settings(Precision.FP32, options)).fingerprintFields();
    }

    private static Map<String, Object> settings(Precision precision, String... options) throws RefusalException {
        List<String> all = new ArrayList<>();
        if (List.of(options).stream().noneMatch(option -> option.startsWith("--prompt="))) {
            all.add("--input=in");
        }
        if (List.of(options).stream().noneMatch(option -> option.startsWith("--output="))) {
            all.add("--output=out");
        }
        all.addAll(List.of(options));
        JobSettings settings = TestSettings.of(all.toArray(String[]::new));
        return ResolvedSettings.of(settings, precision, settings.resolve(List.of()));
    }
}
