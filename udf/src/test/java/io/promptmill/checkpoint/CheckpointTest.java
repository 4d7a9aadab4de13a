package io.promptmill.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.promptmill.checkpoint.torch.TorchPickleFile;
import io.promptmill.checkpoint.weights.DataType;
import io.promptmill.checkpoint.weights.SafetensorsFileTest;
import io.promptmill.checkpoint.weights.StoredTensor;
import io.promptmill.checkpoint.weights.Tensor;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.SteadyFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CheckpointTest {
    @TempDir
    private Path folder;

    @Test
    void theTensorsOfAModelAreNamedWithoutPrefixAndHaveTheShapesOfGpt2() throws Exception {
        try (Checkpoint checkpoint = Checkpoint.open(TinyModel.folder(""))) {
            assertThat(checkpoint.tensorNames())
                    .hasSize(2 + 3 * 12 + 2)
                    .startsWith(
                            "wte.weight", "wpe.weight", "h.0.ln_1.weight", "h.0.ln_1.bias", "h.0.attn.c_attn.weight")
                    .endsWith("ln_f.weight", "ln_f.bias");
            assertThat(checkpoint.tensor("wte.weight").shape()).containsExactly(512L, 48L);
            assertThat(checkpoint.tensor("h.2.attn.c_attn.weight").shape()).containsExactly(48L, 144L);
            assertThat(checkpoint.tensor("h.2.mlp.c_proj.weight").shape()).containsExactly(192L, 48L);
            Tensor norm = checkpoint.tensor("ln_f.bias");
            assertThat(norm.dataType()).isEqualTo(DataType.F32);
            assertThat(norm.data().remaining()).isEqualTo(48 * 4);
            assertThat(checkpoint.warnings()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sharded", "bin-zip", "bin-legacy"})
    void everyContainerOfFloat32HoldsTheSameBytes(String container) throws Exception {
        try (Checkpoint expected = Checkpoint.open(TinyModel.folder(""));
                Checkpoint actual = Checkpoint.open(TinyModel.folder(container))) {
            assertThat(actual.tensorNames()).containsExactlyElementsOf(expected.tensorNames());
            for (String name : expected.tensorNames()) {
                assertThat(actual.tensor(name).shape())
                        .as(name)
                        .isEqualTo(expected.tensor(name).shape());
                assertThat(actual.tensor(name).data())
                        .as(name)
                        .isEqualTo(expected.tensor(name).data());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fp16", "bf16"})
    void halfPrecisionHoldsTheRoundedValues(String container) throws Exception {
        boolean half = container.equals("fp16");
        // Half a unit in the last place, relative and for subnormal numbers.
        double relative = half ? 0x1p-11 : 0x1p-8;
        double absolute = half ? 0x1p-25 : 0;
        try (Checkpoint expected = Checkpoint.open(TinyModel.folder(""));
                Checkpoint actual = Checkpoint.open(TinyModel.folder(container))) {
            for (String name : expected.tensorNames()) {
                assertThat(actual.tensor(name).dataType()).isEqualTo(half ? DataType.F16 : DataType.BF16);
                ByteBuffer exact = expected.tensor(name).data();
                ByteBuffer rounded = actual.tensor(name).data();
                while (exact.hasRemaining()) {
                    float value = exact.getFloat();
                    float found = half ? fromHalf(rounded.getShort()) : fromBfloat(rounded.getShort());
                    assertThat((double) found).as(name).isCloseTo(value, within(Math.abs(value) * relative + absolute));
                }
                assertThat(rounded.hasRemaining()).isFalse();
            }
        }
    }

    @Test
    void missingUnexpectedAndMisshapenTensorsAreListedTogether() throws Exception {
        List<Fixture> tensors = new ArrayList<>(Fixture.gpt2());
        tensors.removeIf(tensor -> tensor.name().equals("h.0.ln_1.bias"));
        tensors.removeIf(tensor -> tensor.name().equals("ln_f.weight"));
        tensors.add(new Fixture("ln_f.weight", "F32", List.of(3L)));
        tensors.add(new Fixture("score.weight", "F32", List.of(1L)));
        write(TinyModel.CONFIG, tensors);

        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage("checkpoint_mismatch: the weights are not those of the GPT-2 that config.json describes: "
                        + "missing h.0.ln_1.bias; not expected 'score.weight'; "
                        + "misshapen ln_f.weight should be [2] but is [3], "
                        + "a model put together from them would write noise, "
                        + "use the config.json and the weights of one and the same model");
    }

    @Test
    void aLongListOfDifferencesIsCut() throws Exception {
        write(TinyModel.CONFIG, List.of());

        assertThatThrownBy(() -> Checkpoint.open(folder))
                .hasMessageContaining("missing wte.weight, wpe.weight, h.0.ln_1.weight, h.0.ln_1.bias, "
                        + "h.0.attn.c_attn.weight, h.0.attn.c_attn.bias and 10 more,");
    }

    /** transformers' {@code tie_weights}, also told in PublishedFormsTest. */
    @ParameterizedTest
    @ValueSource(strings = {"F32", "F16", "BF16", "F64"})
    void aHeadWithTheValuesOfTheEmbeddingsIsTheSameWhateverItsType(String dataType) throws Exception {
        write(TinyModel.CONFIG, Fixture.gpt2With(new Fixture("lm_head.weight", dataType, List.of(7L, 2L))));

        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.tensorNames()).doesNotContain("lm_head.weight");
            assertThat(checkpoint.isHeadTied()).isTrue();
            assertThat(checkpoint.warnings()).isEmpty();
        }
    }

    @Test
    void aHeadThatDiffersFromTheEmbeddingsInItsLastValueIsUsedWithAWarning() throws Exception {
        write(TinyModel.CONFIG, Fixture.gpt2With(new Fixture("lm_head.weight", "F32", List.of(7L, 2L))));
        Path weights = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] = 1;
        Files.write(weights, bytes);

        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.tensorNames()).endsWith("lm_head.weight");
            assertThat(checkpoint.isHeadTied()).isFalse();
            assertThat(checkpoint.warnings())
                    .containsExactly(
                            "lm_head.weight is in the weights with other values than wte.weight, so it is used, "
                                    + "though config.json does not set tie_word_embeddings to false; "
                                    + "set it where that is what you want");
        }
    }

    @Test
    void weightsWithNeitherHeadNorEmbeddingsAreRefused() throws Exception {
        List<Fixture> tensors = new ArrayList<>(Fixture.gpt2());
        tensors.removeIf(tensor -> tensor.name().equals("wte.weight"));
        write(TinyModel.CONFIG, tensors);
        assertThatThrownBy(() -> Checkpoint.open(folder)).hasMessageContaining("missing wte.weight,");

        tensors.add(new Fixture("lm_head.weight", "F32", List.of(7L, 2L)));
        write(TinyModel.CONFIG.replace("}", ",\"tie_word_embeddings\":false}"), tensors);
        assertThatThrownBy(() -> Checkpoint.open(folder)).hasMessageContaining("missing wte.weight,");
    }

    @Test
    void headsOfOtherUsesAreNamedAndIgnoredButUnknownPartsOfTheBodyRefuseTheFile() throws Exception {
        write(
                TinyModel.CONFIG,
                Fixture.gpt2With(
                        new Fixture("score.weight", "I8", List.of(3L)),
                        new Fixture("lm_head.bias", "F32", List.of(7L))));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.warnings())
                    .containsExactly("the weights hold 'score.weight', 'lm_head.bias', "
                            + "which a GPT-2 language model has no use for, so that is ignored");
        }
        for (String ofTheBody : List.of(
                "h.1.ln_1.weight",
                "h.0.attn.c_attn.lora_A.weight",
                "h.0.crossattention.q_attn.weight",
                "transformer.x")) {
            write(TinyModel.CONFIG, Fixture.gpt2With(new Fixture(ofTheBody, "F32", List.of(2L))));
            assertThatThrownBy(() -> Checkpoint.open(folder))
                    .hasMessageContaining("not expected '" + ofTheBody.replace("transformer.", "")
                            + "', parts of the model that the file holds would be left out, use the config.json");
        }
    }

    @Test
    void whatTrainingToolsPutBeforeEveryNameIsNoPartOfIt() throws Exception {
        for (String wrapper : List.of("module.", "model.", "_orig_mod.module.", "model.transformer.")) {
            write(
                    TinyModel.CONFIG,
                    Fixture.gpt2().stream()
                            .map(tensor -> new Fixture(wrapper + tensor.name(), tensor.dataType(), tensor.shape()))
                            .toList());
            try (Checkpoint checkpoint = Checkpoint.open(folder)) {
                assertThat(checkpoint.tensorNames()).startsWith("wte.weight").hasSize(16);
            }
        }
        write(TinyModel.CONFIG, Fixture.gpt2With(new Fixture("module.ln_f.bias", "F32", List.of(2L))));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.warnings().get(0)).startsWith("the weights hold 'module.ln_f.bias', which");
        }
    }

    @Test
    void namesInsideOfAnUnknownWrapperAreRefusedWithTheWrappersName() throws Exception {
        for (String wrapper : List.of("pretrained_model.transformer.", "base_model.model.transformer.", "x.")) {
            List<Fixture> tensors = new ArrayList<>();
            Fixture.gpt2()
                    .forEach(tensor ->
                            tensors.add(new Fixture(wrapper + tensor.name(), tensor.dataType(), tensor.shape())));
            String head = wrapper.replace("transformer.", "") + "lm_head.weight";
            tensors.add(new Fixture(head, "F32", List.of(7L, 2L)));
            tensors.add(new Fixture("v_head.weight", "F32", List.of(2L)));
            write(TinyModel.CONFIG.replace("}", ",\"tie_word_embeddings\":false}"), tensors);
            assertThatThrownBy(() -> Checkpoint.open(folder))
                    .hasMessageContaining("what is missing is there by names that begin with '" + wrapper
                            + "', save the model inside of its wrapper with save_pretrained, "
                            + "a PEFT model after merge_and_unload");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1"})
    void aViewWhoseElementsOverlapIsRefused(String stride) throws Exception {
        StoredTensor view = new StoredTensor(
                "x", "F32", List.of(3L, 2L), List.of(1L, Long.valueOf(stride)), new SteadyFile(folder), 0);

        assertThatThrownBy(() -> view.open("wte.weight"))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(
                        "tensor wte.weight is a view with strides [1, " + stride + "] whose elements overlap");
    }

    @Test
    void aStoredHeadOfAnotherShapeIsRefused() throws Exception {
        write(TinyModel.CONFIG, Fixture.gpt2With(new Fixture("lm_head.weight", "F32", List.of(8L, 2L))));

        assertThatThrownBy(() -> Checkpoint.open(folder))
                .hasMessageContaining("lm_head.weight should be [7, 2] but is [8, 2]");
    }

    @Test
    void anUntiedHeadIsRequired() throws Exception {
        String untied = TinyModel.CONFIG.replace("}", ",\"tie_word_embeddings\":false}");
        write(untied, Fixture.gpt2());
        assertThatThrownBy(() -> Checkpoint.open(folder)).hasMessageContaining("missing lm_head.weight");

        write(untied, Fixture.gpt2With(new Fixture("lm_head.weight", "BF16", List.of(7L, 2L))));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.tensor("lm_head.weight").dataType()).isEqualTo(DataType.BF16);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"I64", "I8", "F8_E4M3"})
    void otherElementTypesAreRefusedByName(String dataType) throws Exception {
        List<Fixture> tensors = new ArrayList<>(Fixture.gpt2());
        tensors.removeIf(tensor -> tensor.name().equals("wpe.weight"));
        tensors.add(new Fixture("wpe.weight", dataType, List.of(4L, 2L)));
        write(TinyModel.CONFIG, tensors);

        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("tensor wpe.weight has the type " + dataType + ",");
    }

    @Test
    void aTensorOfTwoGibibytesIsRefusedByName() throws Exception {
        long vocabSize = 1 << 20;
        StringBuilder header = new StringBuilder();
        long end = 0;
        for (Fixture tensor : Fixture.gpt2(512)) {
            long begin = end;
            List<Long> shape = tensor.name.equals("wte.weight") ? List.of(vocabSize, 512L) : tensor.shape;
            end += StoredTensor.elements(shape) * tensor.bytes();
            header.append(header.length() == 0 ? "{" : ",").append(tensor.header(shape, begin, end));
        }
        Files.writeString(
                folder.resolve("config.json"),
                TinyModel.CONFIG
                        .replace("\"vocab_size\":7", "\"vocab_size\":" + vocabSize)
                        .replace("embd\":2", "embd\":512"));
        byte[] head = SafetensorsFileTest.file(header.append("}").toString(), 0);
        try (RandomAccessFile sparse =
                new RandomAccessFile(folder.resolve("model.safetensors").toFile(), "rw")) {
            sparse.write(head);
            sparse.setLength(head.length + end);
        }

        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("tensor wte.weight has 2147483648 bytes, 2 GiB or more,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"U8", "BOOL", "F32"})
    void masksOfOldVersionsAreIgnoredWhateverTheirType(String dataType) throws Exception {
        write(
                TinyModel.CONFIG,
                Fixture.gpt2With(
                        new Fixture("transformer.h.0.attn.bias", dataType, List.of(1L, 1L, 4L, 4L)),
                        new Fixture("transformer.h.0.attn.masked_bias", dataType, List.of())));

        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.tensorNames()).doesNotContain("h.0.attn.bias", "h.0.attn.masked_bias");
        }
    }

    @Test
    void aTensorWithAndWithoutPrefixIsRefused() throws Exception {
        write(TinyModel.CONFIG, Fixture.gpt2With(new Fixture("transformer.ln_f.bias", "F32", List.of(2L))));

        assertThatThrownBy(() -> Checkpoint.open(folder))
                .hasMessageContaining("the tensor 'ln_f.bias' with and without the prefix");
    }

    @Test
    void aFolderWithoutWeightsIsRefused() throws Exception {
        Files.writeString(folder.resolve("config.json"), TinyModel.CONFIG);

        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("neither model.safetensors nor pytorch_model.bin");
    }

    @Test
    void aFolderWithoutConfigurationIsRefused() {
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("config.json: it is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../model.safetensors", "/etc/passwd", "..", "a/b.safetensors", "a\\\\b", "", ".x"})
    void aShardOutsideTheFolderIsRefused(String shard) throws Exception {
        Files.writeString(folder.resolve("config.json"), TinyModel.CONFIG);
        Files.writeString(
                folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"wte.weight\":\"" + shard + "\"}}");

        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("no plain file name");
    }

    @Test
    void aMissingShardIsRefused() throws Exception {
        TinyModel.copy("sharded", folder);
        Files.delete(folder.resolve("model-00002-of-00002.safetensors"));

        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("model-00002-of-00002.safetensors: it is missing");
    }

    @Test
    void anIndexThatDisagreesWithItsShardsIsRefused() throws Exception {
        TinyModel.copy("sharded", folder);
        Path index = folder.resolve("model.safetensors.index.json");
        String text = Files.readString(index);
        Files.writeString(index, text.replace("\"ln_f.bias\": \"model-00002", "\"ln_f.bias\": \"model-00001"));
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .hasMessageContaining("model-00002-of-00002.safetensors holds 'ln_f.bias' against it");

        Files.writeString(index, text.replace("{\"h.0", "{\"x\": \"model-00001-of-00002.safetensors\", \"h.0"));
        assertThatThrownBy(() -> Checkpoint.open(folder)).hasMessageContaining("no shard holds 'x'");
    }

    @Test
    void shardsOfPickleFilesAreRead() throws Exception {
        TinyModel.copy("bin-zip", folder);
        Files.move(folder.resolve("pytorch_model.bin"), folder.resolve("pytorch_model-00001-of-00001.bin"));
        StringBuilder map = new StringBuilder();
        for (StoredTensor tensor : TorchPickleFile.read(
                new SteadyFile(folder.resolve("pytorch_model-00001-of-00001.bin")), new ArrayList<>())) {
            map.append(map.length() == 0 ? "" : ",")
                    .append("\"" + tensor.name() + "\":\"pytorch_model-00001-of-00001.bin\"");
        }
        Files.writeString(folder.resolve("pytorch_model.bin.index.json"), "{\"weight_map\":{" + map + "}}");

        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.tensorNames()).hasSize(40);
        }
    }

    @Test
    void theDigestCoversEveryFileThatCanChangeTheOutputAndNoOther() throws Exception {
        TinyModel.copy("", folder);
        String original = digest();
        assertThat(original).matches("[0-9a-f]{64}").isEqualTo(digest());

        Files.writeString(folder.resolve("README.md"), "hello");
        assertThat(digest()).isEqualTo(original);
        Files.writeString(folder.resolve("vocab.json"), "{}");
        String withVocabulary = digest();
        assertThat(withVocabulary).isNotEqualTo(original);
        Files.move(folder.resolve("vocab.json"), folder.resolve("merges.txt"));
        assertThat(digest()).isNotEqualTo(withVocabulary);
        Files.delete(folder.resolve("merges.txt"));

        Path weights = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        assertThat(digest()).isNotEqualTo(original);
    }

    @Test
    void anUnknownNameOrAClosedCheckpointIsTheCallersMistake() throws Exception {
        Checkpoint checkpoint = Checkpoint.open(TinyModel.folder(""));
        Tensor kept = checkpoint.tensor("ln_f.bias");
        assertThatThrownBy(() -> checkpoint.tensor("transformer.ln_f.bias"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The checkpoint has no tensor transformer.ln_f.bias");

        checkpoint.close();
        assertThatThrownBy(() -> checkpoint.tensor("ln_f.bias")).isInstanceOf(IllegalStateException.class);
        assertThat(kept.data().getFloat()).isFinite();
    }

    private String digest() throws Exception {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return checkpoint.digest();
        }
    }

    private void write(String config, List<Fixture> tensors) throws IOException {
        Files.writeString(folder.resolve("config.json"), config);
        Files.write(folder.resolve("model.safetensors"), Fixture.safetensors(tensors));
    }

    private static float fromBfloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    private static float fromHalf(short bits) {
        int exponent = (bits >> 10) & 31;
        int fraction = bits & 1023;
        double magnitude = exponent == 0 ? fraction * 0x1p-24 : Math.scalb(1024 + fraction, exponent - 25);
        return (float) (bits < 0 ? -magnitude : magnitude);
    }

    /** A tensor of zeros. */
    private record Fixture(String name, String dataType, List<Long> shape) {

        static List<Fixture> gpt2() {
            return gpt2(2);
        }

        /** One layer of that width, 7 tokens, 4 positions. */
        static List<Fixture> gpt2(long width) {
            return List.of(
                    new Fixture("wte.weight", "F32", List.of(7L, width)),
                    new Fixture("wpe.weight", "F16", List.of(4L, width)),
                    new Fixture("h.0.ln_1.weight", "F32", List.of(width)),
                    new Fixture("h.0.ln_1.bias", "F32", List.of(width)),
                    new Fixture("h.0.attn.c_attn.weight", "F32", List.of(width, 3 * width)),
                    new Fixture("h.0.attn.c_attn.bias", "F32", List.of(3 * width)),
                    new Fixture("h.0.attn.c_proj.weight", "F32", List.of(width, width)),
                    new Fixture("h.0.attn.c_proj.bias", "F32", List.of(width)),
                    new Fixture("h.0.ln_2.weight", "F32", List.of(width)),
                    new Fixture("h.0.ln_2.bias", "F32", List.of(width)),
                    new Fixture("h.0.mlp.c_fc.weight", "F32", List.of(width, 4 * width)),
                    new Fixture("h.0.mlp.c_fc.bias", "F32", List.of(4 * width)),
                    new Fixture("h.0.mlp.c_proj.weight", "F32", List.of(4 * width, width)),
                    new Fixture("h.0.mlp.c_proj.bias", "F32", List.of(width)),
                    new Fixture("ln_f.weight", "F32", List.of(width)),
                    new Fixture("ln_f.bias", "F32", List.of(width)));
        }

        static List<Fixture> gpt2With(Fixture... more) {
            List<Fixture> tensors = new ArrayList<>(gpt2());
            tensors.addAll(List.of(more));
            return tensors;
        }

        static byte[] safetensors(List<Fixture> tensors) {
            StringBuilder header = new StringBuilder("{");
            long end = 0;
            for (Fixture tensor : tensors) {
                long begin = end;
                end += StoredTensor.elements(tensor.shape) * tensor.bytes();
                header.append(header.length() == 1 ? "" : ",").append(tensor.header(tensor.shape, begin, end));
            }
            return SafetensorsFileTest.file(header.append("}").toString(), (int) end);
        }

        private String header(List<Long> size, long begin, long end) {
            return "\"" + name + "\":{\"dtype\":\"" + dataType + "\",\"shape\":" + size + ",\"data_offsets\":[" + begin
                    + "," + end + "]}";
        }

        private int bytes() {
            return IntStream.of(8, 4, 2)
                    .filter(size -> dataType.endsWith(Integer.toString(8 * size)))
                    .findFirst()
                    .orElse(1);
        }
    }
}
