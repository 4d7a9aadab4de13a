package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.compile.Precision;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.model.JobModel;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.pretrained.SampleModel;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model that others write to while a run is on its way to its executors. */
class ChangedModelIT {
    private static final String REFUSAL = "checkpoint_changed: model.safetensors was changed while it was read,"
            + " what is computed has to be what was checked and digested,"
            + " run again once nobody writes to the model's folder";

    @TempDir
    private Path temp;

    private Path model;

    /** Another weight, so that no run before has shipped it: one that is shipped already is what was digested. */
    @BeforeEach
    void copyTheSampleModel() throws Exception {
        model = Files.createDirectory(temp.resolve("model"));
        SampleModel.copyTo(model);
        overwriteWeights(model);
    }

    @ParameterizedTest
    @EnumSource
    void weightsOverwrittenBetweenDigestAndCompilationAreRefused(Precision precision) throws Exception {
        try (JobModel opened = open()) {
            opened.digest();
            overwriteWeights(model);
            assertRefused(() -> opened.compile(precision));
        }
    }

    @ParameterizedTest
    @EnumSource
    void weightsCutBetweenDigestAndCompilationAreRefused(Precision precision) throws Exception {
        try (JobModel opened = open()) {
            opened.digest();
            cutWeights(model);
            assertRefused(() -> opened.compile(precision));
        }
    }

    @Test
    void aRunWhosePinnedModelChangesAfterItWasDigestedIsRefusedAndLeavesNoOutput() throws Exception {
        String digest;
        try (JobModel opened = open()) {
            digest = opened.digest();
        }
        TestSpark.session()
                .sparkContext()
                .hadoopConfiguration()
                .set("fs." + MeddlingFileSystem.SCHEME + ".impl", MeddlingFileSystem.class.getName());
        MeddlingFileSystem.model = model;
        Path output = temp.resolve("out");
        assertRefused(() -> new GenerateRuns()
                .generate(
                        () -> false,
                        GenerateRuns.PROMPTS,
                        MeddlingFileSystem.SCHEME + ":" + output,
                        "--model=" + model,
                        "--model-sha256=" + digest));
        assertThat(MeddlingFileSystem.model).as("not yet overwritten").isNull();
        assertThat(output).doesNotExist();
    }

    /** Local files under {@code meddling:}: the output is looked at after the digest, and then a model is overwritten. */
    public static final class MeddlingFileSystem extends RawLocalFileSystem {
        private static final String SCHEME = "meddling";

        private static Path model;

        @Override
        public URI getUri() {
            return URI.create(SCHEME + ":///");
        }

        @Override
        public boolean exists(org.apache.hadoop.fs.Path path) throws IOException {
            if (model != null) {
                overwriteWeights(model);
                model = null;
            }
            return super.exists(path);
        }
    }

    private JobModel open() throws Exception {
        return JobModel.open(Optional.of(model.toString()), Optional.empty(), new Configuration());
    }

    private static void assertRefused(ThrowingCallable run) {
        assertThatThrownBy(run)
                .hasMessage(REFUSAL)
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.MODEL_REFUSED);
    }

    private static void overwriteWeights(Path model) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
            long last = file.length() - 1;
            file.seek(last);
            int value = file.read();
            file.seek(last);
            file.write(value ^ 1);
        }
    }

    private static void cutWeights(Path model) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
    }
}
