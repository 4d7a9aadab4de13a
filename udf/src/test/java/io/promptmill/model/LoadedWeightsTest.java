package io.promptmill.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.RandomCheckpoint;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.compile.CompiledModel;
import io.promptmill.compile.LoadedWeights;
import io.promptmill.compile.ModelCompiler;
import io.promptmill.compile.Precision;
import io.promptmill.pretrained.SampleModel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is planned and shown of a model's memory, beside what its network says that it holds once it is prepared. */
class LoadedWeightsTest {
    /** A method of the network more: the bytes of all its tensors. */
    private static final String HELD =
            """

              def held(self: __torch__.network.Network) -> Tensor:
                model = self.model
                tensors = [model.wte.weight, model.wpe.weight, model.ln_f.weight, model.ln_f.bias]
                for layer in model.h:
                  tensors = tensors + [layer.ln_1.weight, layer.ln_1.bias, layer.ln_2.weight, layer.ln_2.bias]
                optional = annotate(List[Optional[Tensor]], [model.wte.scales])
                for linear in model.linears():
                  tensors.append(linear.weight)
                  optional = optional + annotate(List[Optional[Tensor]], [linear.bias, linear.scales, linear.zero_points])
                for tensor in optional:
                  if tensor is not None:
                    tensors.append(tensor)
                bytes = 0
                for tensor in tensors:
                  bytes = bytes + torch.numel(tensor) * torch.element_size(tensor)
                return torch.tensor([bytes], dtype=7)
            """;

    private static final int POSITIONS = 32;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void ofFloat32TheyAreWhatTheNetworkHolds(Precision precision) throws Exception {
        assertHeld(new RandomCheckpoint(4096, POSITIONS, 256, 2, 4, 1).write(folder.resolve("model")), precision);
    }

    @ParameterizedTest
    @EnumSource
    void ofHalfPrecisionTheyAreWhatTheNetworkHolds(Precision precision) throws Exception {
        Path model = Files.createDirectory(folder.resolve("model"));
        SampleModel.copyTo(model);
        assertHeld(model, precision);
    }

    private void assertHeld(Path model, Precision precision) throws Exception {
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            Path archive = folder.resolve("model.pt");
            CompiledModel compiled = ModelCompiler.compile(checkpoint, precision, archive);
            addMethod(archive);
            assertThat(compiled.loadedBytes()).isEqualTo(LoadedWeights.bytes(checkpoint, precision));
            try (LoadedModel loaded = LoadedModel.load(archive, "cpu");
                    NetworkProbe probe = new NetworkProbe(loaded)) {
                double held = probe.call("held").get(0)[0];
                assertThat((double) compiled.loadedBytes()).isCloseTo(held, leftOut(precision));
            }
        }
    }

    /** Of models as narrow as these; a scale and a zero point for each output of 256 whole numbers are 12 bytes. */
    private static Percentage leftOut(Precision precision) {
        return Percentage.withPercentage(precision == Precision.INT8 ? 6 : 1.5);
    }

    private static void addMethod(Path archive) throws Exception {
        try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("noCompression", true))) {
            Files.writeString(zip.getPath("network/code/__torch__/network.py"), HELD, StandardOpenOption.APPEND);
        }
    }
}
