package io.promptmill.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.promptmill.EarlyStopping;
import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.TokenIds;
import io.promptmill.generation.EngineSettings;
import io.promptmill.generation.LongPromptPolicy;
import io.promptmill.generation.ReturnedText;
import io.promptmill.spark.executor.RequestedDevice;
import io.promptmill.spark.rows.TokenLogprobs;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
final class TextGeneratorParamsTest {
    private static TextGenerator everythingSet() {
        return new TextGenerator()
                .setModel("/models/adapter")
                .setBaseModel("/models/gpt2")
                .setIdCol("key")
                .setPromptCol("text")
                .setOutputCol("texts")
                .setSlots(8)
                .setMaxNewTokens(9)
                .setMaxLength(10)
                .setMinNewTokens(1)
                .setMinLength(2)
                .setDoSample(true)
                .setTemperature(0.7)
                .setTopK(40)
                .setTopP(0.95)
                .setMinP(0.05)
                .setTypicalP(0.9)
                .setRepetitionPenalty(1.1)
                .setNoRepeatNgramSize(3)
                .setBadWordsIds("[[5],[7,9]]")
                .setEosTokenId(50256, 13)
                .setNumBeams(1)
                .setLengthPenalty(2)
                .setEarlyStopping("never")
                .setNumReturnSequences(5)
                .setStop("\n", "###")
                .setPrefix("Once")
                .setSeed(3)
                .setReturnFullText(true)
                .setOnLongPrompt("truncate-left")
                .setLogprobs(true)
                .setDevice("cpu")
                .setPrecision("int8");
    }

    @Test
    void everyParamIsThereUnderItsName() {
        assertThat(Arrays.stream(new TextGenerator().params()).map(Param::name))
                .containsExactlyInAnyOrder(
                        "badWordsIds",
                        "baseModel",
                        "device",
                        "doSample",
                        "earlyStopping",
                        "eosTokenId",
                        "idCol",
                        "lengthPenalty",
                        "logprobs",
                        "maxLength",
                        "maxNewTokens",
                        "minLength",
                        "minNewTokens",
                        "minP",
                        "model",
                        "noRepeatNgramSize",
                        "numBeams",
                        "numReturnSequences",
                        "onLongPrompt",
                        "outputCol",
                        "precision",
                        "prefix",
                        "promptCol",
                        "repetitionPenalty",
                        "returnFullText",
                        "seed",
                        "slots",
                        "stop",
                        "temperature",
                        "topK",
                        "topP",
                        "typicalP");
    }

    @Test
    void nothingOfGenerationIsSetByDefault() {
        TextGenerator generator = new TextGenerator();

        assertThat(generator.generationOptions()).isEqualTo(GenerationOptions.none());
        assertThat(generator.engineSettings()).isEqualTo(EngineSettings.defaults());
        assertThat(generator.requestedDevice()).isEqualTo(RequestedDevice.AUTO);
        assertThat(generator.tokenLogprobs()).isEqualTo(TokenLogprobs.OMITTED);
        assertThat(generator.getPromptCol()).isEqualTo("prompt");
        assertThat(generator.getOutputCol()).isEqualTo("sequences");
        assertThat(generator.isDefined(generator.idCol())).isFalse();
        assertThat(generator.getModel()).isEqualTo("sample-model");
        assertThat(generator.isSet(generator.model())).isFalse();
    }

    @Test
    void setParamsBecomeTheHighestSourceOfSettings() {
        GenerationOptions options = everythingSet().generationOptions();

        assertThat(options.values()).hasSize(GenerationOption.values().length);
        assertThat(options.values())
                .containsEntry(GenerationOption.TOP_P, 0.95)
                .containsEntry(GenerationOption.STOP, List.of("\n", "###"))
                .containsEntry(GenerationOption.EOS_TOKEN_ID, List.of(50256, 13))
                .containsEntry(GenerationOption.BAD_WORDS_IDS, List.of(TokenIds.of(5), TokenIds.of(7, 9)))
                .containsEntry(GenerationOption.EARLY_STOPPING, EarlyStopping.NEVER);
        assertThat(everythingSet().engineSettings())
                .isEqualTo(
                        new EngineSettings(8, 3, LongPromptPolicy.TRUNCATE_LEFT, ReturnedText.PROMPT_AND_CONTINUATION));
    }

    @Test
    void twinsSetTheSameParam() {
        TextGenerator generator =
                new TextGenerator().setModelUrl("/m").setInputCol("text").setBatchSize(4);

        assertThat(generator.getModel()).isEqualTo("/m");
        assertThat(generator.getPromptCol()).isEqualTo("text");
        assertThat(generator.getSlots()).isEqualTo(4);
    }

    @Test
    void aValueOutOfRangeIsRefusedWhenItIsSet() {
        TextGenerator generator = new TextGenerator();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.setTopP(1.5))
                .withMessage("top_p must be a number between 0 and 1 but was 1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.setBadWordsIds("5"))
                .withMessageContaining("bad_words_ids must be");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.setTopK(-2))
                .withMessageContaining("top_k must be");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.setDevice("tpu"))
                .withMessage("device must be one of auto, cpu, gpu but was tpu");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.setSlots(0))
                .withMessage("slots must be a whole number of at least 1 but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.setPrecision("fp16"))
                .withMessage("precision must be one of auto, fp32, bf16, int8 but was fp16");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.setOnLongPrompt(null))
                .withMessage("on_long_prompt must be one of reject, truncate-left, truncate-right but was null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.set("onLongPrompt", "truncate"))
                .withMessage("on_long_prompt must be one of reject, truncate-left, truncate-right but was truncate");
    }

    @Test
    void aSavedGeneratorIsTheSameOnceLoaded(@TempDir Path folder) throws Exception {
        String path = folder.resolve("generator").toString();
        TextGenerator saved = everythingSet();
        TestSpark.session();
        saved.save(path);

        assertSame(TextGenerator.load(path), saved);
    }

    @Test
    void aPipelineHoldsAGenerator(@TempDir Path folder) throws Exception {
        String path = folder.resolve("pipeline").toString();
        TextGenerator generator = everythingSet();
        TestSpark.session();
        new Pipeline().setStages(new PipelineStage[] {generator}).save(path);

        assertSame((TextGenerator) Pipeline.load(path).getStages()[0], generator);
    }

    @Test
    void aCopyTakesExtraParams() {
        TextGenerator original = everythingSet();
        TextGenerator copy = original.copy(new ParamMap().put(original.topK().w(7)));

        assertThat(copy.uid()).isEqualTo(original.uid());
        assertThat(copy.getTopK()).isEqualTo(7);
        assertThat(original.getTopK()).isEqualTo(40);
        assertThat(copy.getStop()).containsExactly("\n", "###");
    }

    @Test
    void theSchemaKeepsAllColumnsAndAddsThree() {
        StructType output =
                new TextGenerator().transformSchema(StructType.fromDDL("prompt STRING, id INT, index INT NOT NULL"));

        assertThat(output.fieldNames()).containsExactly("prompt", "id", "index", "sequences", "status", "error");
        assertThat(output.apply("index").nullable()).isFalse();
    }

    @Test
    void aSchemaThatCannotBeUsedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TextGenerator().transformSchema(StructType.fromDDL("promt STRING")))
                .withMessageContaining("the nearest is promt");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TextGenerator().transformSchema(StructType.fromDDL("prompt STRING, Status INT")))
                .withMessageContaining("a column status cannot be added");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new TextGenerator().setOutputCol("error").transformSchema(StructType.fromDDL("prompt STRING")))
                .withMessageContaining("a column error cannot be added");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TextGenerator()
                        .transformSchema(StructType.fromDDL("prompt STRING, id INT, Id INT")
                                .add("id", DataTypes.LongType)))
                .withMessage(
                        "column_clash: the input column id cannot be kept, the input has a second column id, rename or"
                                + " drop one of them, or join by the column's name, which keeps one");
    }

    private static void assertSame(TextGenerator actual, TextGenerator expected) {
        assertThat(actual.uid()).isEqualTo(expected.uid());
        assertThat(actual.generationOptions()).isEqualTo(expected.generationOptions());
        assertThat(actual.engineSettings()).isEqualTo(expected.engineSettings());
        assertThat(actual.getModel()).isEqualTo(expected.getModel());
        assertThat(actual.getIdCol()).isEqualTo(expected.getIdCol());
    }
}
