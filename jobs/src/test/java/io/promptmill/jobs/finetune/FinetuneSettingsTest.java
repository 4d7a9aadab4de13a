package io.promptmill.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.family.Dropout;
import io.promptmill.jobs.card.CardAuthor;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.finetune.FinetuneSettings.EarlierRuns;
import io.promptmill.jobs.finetune.StartSettings.Sizes;
import io.promptmill.jobs.finetune.TrainingSettings.Products;
import io.promptmill.jobs.training.StepPlan.BlockSequence;
import io.promptmill.jobs.training.TrainingRecipe.WeightsAtEnd;
import io.promptmill.spark.executor.RequestedDevice;
import io.promptmill.training.AdamW;
import io.promptmill.training.LearningRateSchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FinetuneSettingsTest {
    @Test
    void theDefaultsAreThoseOfTheOriginal() throws RefusalException {
        FinetuneSettings settings = FinetuneOptions.with();
        assertThat(settings.data()).isEqualTo("in");
        assertThat(settings.evalData()).isEmpty();
        assertThat(settings.output()).isEqualTo("out");
        assertThat(settings.earlierRuns()).isEqualTo(EarlierRuns.LEFT);
        assertThat(settings.device()).isEqualTo(RequestedDevice.AUTO);
        assertThat(settings.threads()).isEmpty();
        assertThat(settings.start().model()).isEmpty();
        assertThat(settings.start().scratch()).isEmpty();
        assertThat(settings.start().addedTokens()).isEmpty();
        assertThat(settings.author()).isEqualTo(CardAuthor.NOBODY);
        TrainingSettings training = settings.training();
        assertThat(training.learningRate()).isEqualTo(1.372e-4);
        assertThat(training.schedulerType()).isEqualTo(LearningRateSchedule.Type.COSINE);
        assertThat(training.warmupSteps()).isZero();
        assertThat(training.adamW()).isEqualTo(AdamW.DEFAULTS);
        assertThat(training.batchSize()).isEqualTo(1);
        assertThat(training.accumulation()).isEqualTo(1);
        assertThat(training.epochs()).isEqualTo(1);
        assertThat(training.maxSteps()).isEmpty();
        assertThat(training.blockSize()).isEmpty();
        assertThat(training.sequence()).isEqualTo(BlockSequence.SHUFFLED);
        assertThat(training.dropout(new Dropout(0.1, 0.2, 0.3))).isEqualTo(new Dropout(0.1, 0.2, 0.3));
        assertThat(training.seed()).isEqualTo(42);
        assertThat(training.loggingSteps()).isEqualTo(5);
        assertThat(training.evalSteps()).isEmpty();
        assertThat(training.saveSteps()).isEqualTo(500);
        assertThat(training.saveTotalLimit()).hasValue(2);
        assertThat(training.patience()).isEmpty();
        assertThat(training.weightsAtEnd()).isEqualTo(WeightsAtEnd.LAST);
        assertThat(training.products()).isEqualTo(Products.FLOAT32);
        assertThat(training.torchDtype().stored()).isEqualTo(DataType.F32);
        assertThat(training.samples()).isEqualTo(5);
        assertThat(training.samplePrompt()).isEqualTo("My dream is");
    }

    @Test
    void everyOptionIsReadUnderItsHuggingFaceName() throws RefusalException {
        FinetuneSettings settings = FinetuneOptions.with(
                "--eval-data=held",
                "--resume",
                "--model=m",
                "--base-model=b",
                "--from-scratch",
                "--n-layer=2",
                "--n-head=4",
                "--n-embd=32",
                "--n-positions=64",
                "--learning-rate=1e-3",
                "--lr-scheduler-type=linear",
                "--warmup-steps=7",
                "--weight-decay=0.1",
                "--max-grad-norm=0",
                "--per-device-train-batch-size=4",
                "--gradient-accumulation-steps=3",
                "--num-train-epochs=2.5",
                "--max-steps=50",
                "--block-size=32",
                "--shuffle=false",
                "--dropout=0.25",
                "--attn-pdrop=0",
                "--add-special-tokens=<a>,<b>",
                "--seed=-1",
                "--logging-steps=1",
                "--eval-steps=10",
                "--save-steps=20",
                "--save-total-limit=none",
                "--load-best-model-at-end",
                "--early-stopping-patience=3",
                "--bf16",
                "--torch-dtype=bfloat16",
                "--device=gpu",
                "--threads=2",
                "--samples=0",
                "--sample-prompt=Once");
        assertThat(settings.evalData()).hasValue("held");
        assertThat(settings.earlierRuns()).isEqualTo(EarlierRuns.CONTINUED);
        assertThat(settings.start().model()).hasValue("m");
        assertThat(settings.start().baseModel()).hasValue("b");
        assertThat(settings.start().scratch()).hasValue(new Sizes(2, 4, 32, 64));
        assertThat(settings.start().addedTokens()).containsExactly("<a>", "<b>");
        assertThat(settings.device()).isEqualTo(RequestedDevice.GPU);
        assertThat(settings.threads()).hasValue(2);
        TrainingSettings training = settings.training();
        assertThat(training.learningRate()).isEqualTo(1e-3);
        assertThat(training.schedulerType()).isEqualTo(LearningRateSchedule.Type.LINEAR);
        assertThat(training.warmupSteps()).isEqualTo(7);
        assertThat(training.adamW())
                .isEqualTo(AdamW.DEFAULTS.withWeightDecay(0.1).withMaxGradNorm(0));
        assertThat(training.batchSize()).isEqualTo(4);
        assertThat(training.accumulation()).isEqualTo(3);
        assertThat(training.epochs()).isEqualTo(2.5);
        assertThat(training.maxSteps()).hasValue(50);
        assertThat(training.blockSize()).hasValue(32);
        assertThat(training.sequence()).isEqualTo(BlockSequence.AS_GIVEN);
        assertThat(training.dropout(Dropout.NONE)).isEqualTo(new Dropout(0.25, 0.25, 0));
        assertThat(training.seed()).isEqualTo(-1);
        assertThat(training.loggingSteps()).isEqualTo(1);
        assertThat(training.evalSteps()).hasValue(10);
        assertThat(training.saveSteps()).isEqualTo(20);
        assertThat(training.saveTotalLimit()).isEmpty();
        assertThat(training.patience()).hasValue(3);
        assertThat(training.weightsAtEnd()).isEqualTo(WeightsAtEnd.BEST);
        assertThat(training.products()).isEqualTo(Products.BFLOAT16);
        assertThat(training.torchDtype().stored()).isEqualTo(DataType.BF16);
        assertThat(training.samples()).isZero();
        assertThat(training.samplePrompt()).isEqualTo("Once");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--learning-rate=2 | wrong_value: --learning-rate has a wrong value, it must be a number from 0.0 to 1.0 but was 2",
                "--learning-rate=NaN | it must be a number from 0.0 to 1.0 but was NaN",
                "--lr-scheduler-type=step | it must be one of cosine, linear, constant but was step",
                "--per-device-train-batch-size=0 | it must be a whole number from 1 to 16777216 but was 0",
                "--num-train-epochs=0 | it must be a number from 0.001 to 1.6777216E7 but was 0",
                "--dropout=1 | it must be a number from 0.0 to 0.999 but was 1",
                "--attn-pdrop=-1 | it must be a number from 0.0 to 0.999 but was -1",
                "--max-steps=0 | it must be none or a whole number of at least 1 but was 0",
                "--torch-dtype=int8 | it must be one of float32, float16, bfloat16 but was int8",
                "--n-layer=2 | contradicting_options: --n-layer is given without --from-scratch",
                "--from-scratch | shape_missing: --n-layer is not given, a model from scratch needs all its sizes",
                "--base-model=b | base_without_adapter: --base-model is given without --model",
                "--add-special-tokens=a,,b | --add-special-tokens names an empty token, or one twice",
                "--author-url=here | it must be a whole address of http or https but was here",
                "--avatar=me | it must be USER=FILE but was me",
                "--avatar=me=nowhere.png | avatar_unusable: the picture nowhere.png cannot be used, it is not there"
            })
    void whatCannotBeMeantIsRefused(String option, String message) {
        RefusalException refusal = catchThrowableOfType(RefusalException.class, () -> FinetuneOptions.with(option));
        assertThat(refusal).hasMessageContaining(message);
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    }

    @Test
    void headsThatDoNotDivideTheWidthAreRefused() {
        assertThat(catchThrowableOfType(
                        RefusalException.class,
                        () -> FinetuneOptions.with(
                                "--from-scratch", "--n-layer=1", "--n-head=3", "--n-embd=32", "--n-positions=8")))
                .hasMessageContaining("--n-head 3 does not divide --n-embd 32");
    }

    @Test
    void aPictureThatIsNoneIsRefusedBeforeAnythingBegins(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("me.png"), "no picture");
        assertThat(catchThrowableOfType(RefusalException.class, () -> FinetuneOptions.with("--avatar=me=" + file)))
                .hasMessageContaining("the picture " + file + " cannot be used, it is neither PNG nor JPEG");
        Files.write(file, new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0});
        assertThat(catchThrowableOfType(RefusalException.class, () -> FinetuneOptions.with("--avatar=me=" + file)))
                .hasMessageContaining("avatar_unusable: the picture " + file + " cannot be used, it cannot be read (");
    }
}
