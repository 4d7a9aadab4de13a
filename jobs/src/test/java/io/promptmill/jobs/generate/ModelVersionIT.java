package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.output.ChunkPlan;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.testing.SmallModel;
import io.promptmill.jobs.testing.TestAdapter;
import io.promptmill.jobs.testing.TestHubCache;
import io.promptmill.jobs.testing.TestVersions;
import io.promptmill.pretrained.SampleModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.hadoop.fs.FileUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that name a version of a model, or one of the hub's. */
class ModelVersionIT {
    private final GenerateRuns runs = new GenerateRuns();

    @TempDir
    private Path temp;

    private Path alice;
    private Path output;

    /** The sample model as v1, the best, and a small model as v2, the latest. */
    @BeforeEach
    void publish() throws Exception {
        alice = temp.resolve("models/alice");
        output = temp.resolve("out");
        SampleModel.copyTo(Files.createDirectories(alice.resolve("v1")));
        SmallModel.in(alice.resolve("v2"));
        TestVersions.publish(alice, 1, OptionalDouble.of(3.1), digest(alice.resolve("v1")));
        TestVersions.publish(alice, 2, OptionalDouble.of(3.2), digest(alice.resolve("v2")));
    }

    @Test
    void thePlanTellsWhatWasAskedForAndWhatItStoodFor() throws Exception {
        assertThat(generate(alice + "@best")).isEqualTo(ExitCode.DONE);
        RunPlan plan = plan();
        assertThat(plan.modelAsked()).isEqualTo(alice + "@best");
        assertThat(plan.model()).isEqualTo(alice + "/v1");
        assertThat(plan.modelVersion()).isEqualTo("v1");
        assertThat(plan.modelDigest()).isEqualTo(digest(alice.resolve("v1")));
        assertThat(plan.fingerprintFields().fields()).containsEntry("chosen version of the model", "v1");
        Map<String, String> chunks = GenerateRuns.chunks(output);

        // The same version by its own path, from another place.
        Path moved = temp.resolve("moved");
        GenerateRuns.copy(alice.resolve("v1"), moved);
        assertThat(generate(moved.toString(), "--resume")).isEqualTo(ExitCode.DONE);
        assertThat(runs.out()).contains("is finished, there is nothing to compute");
        assertThat(generate(alice + "@v1", "--resume")).isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.chunks(output)).isEqualTo(chunks);
        assertThatThrownBy(() -> generate(alice + "@v2", "--resume"))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("resume_differs: ")
                .hasMessageContaining("chosen version of the model was v1 and is now v2");
    }

    @Test
    void aResumedRunStaysWithTheVersionThatItBeganWith() throws Exception {
        FileUtil.fullyDelete(alice.resolve("v2").toFile());
        assertThat(generate(alice + "@latest")).isEqualTo(ExitCode.DONE);
        Map<String, String> undisturbed = GenerateRuns.chunks(output);
        Files.delete(output.resolve("_SUCCESS"));
        Files.delete(output.resolve(new ChunkPlan(2).fileName(1)));
        SmallModel.in(alice.resolve("v2"));
        TestVersions.publish(alice, 2, OptionalDouble.of(3.0), digest(alice.resolve("v2")));

        assertThat(generate(alice + "@latest", "--resume")).isEqualTo(ExitCode.DONE);
        assertThat(runs.err())
                .contains("promptmill: this run was begun with " + alice + "/v1 for --model " + alice
                        + "@latest and goes on with it");
        assertThat(GenerateRuns.chunks(output)).isEqualTo(undisturbed);
        assertThat(plan().modelVersion()).isEqualTo("v1");

        FileUtil.fullyDelete(alice.resolve("v1").toFile());
        assertThatThrownBy(() -> generate(alice + "@latest", "--resume"))
                .hasMessageContaining("chosen version of the model was v1 and is now v2");
        assertThat(GenerateRuns.chunks(output)).isEqualTo(undisturbed);
        assertThat(generate(alice + "@latest", "--overwrite")).isEqualTo(ExitCode.DONE);
        assertThat(plan().modelVersion()).isEqualTo("v2");
    }

    @Test
    void aModelThatIsNoVersionHasThePlanOfBefore() throws Exception {
        Path plain = Files.createDirectory(temp.resolve("plain"));
        SampleModel.copyTo(plain);
        assertThat(generate(plain.toString())).isEqualTo(ExitCode.DONE);
        assertThat(plan().modelAsked()).isEqualTo(plain.toString());
        assertThat(plan().modelVersion()).isNull();
        assertThat(plan().fingerprintFields().fields()).doesNotContainKey("chosen version of the model");
        Path file = output.resolve(RunPlan.FILE);
        Files.writeString(file, Files.readString(file).replaceFirst("\\s*\"modelAsked\" : .*", ""));
        assertThat(Files.readString(file)).doesNotContain("modelAsked", "modelVersion");
        assertThat(generate(plain.toString(), "--resume")).isEqualTo(ExitCode.DONE);
        assertThat(runs.out()).contains("is finished, there is nothing to compute");
    }

    @Test
    void aVersionThatIsNotThereCannotBeToldOrHasChangedIsRefused() throws Exception {
        assertThatThrownBy(() -> generate(alice + "@v3"))
                .hasMessage("version_missing: there is no version v3 in " + alice + ", its versions are v1, v2, name a"
                        + " version that is there, or a model's own folder")
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.MODEL_REFUSED);
        assertThatThrownBy(() -> generate(temp + "/nobody@latest"))
                .hasMessage("model_missing: --model " + temp + "/nobody@latest is not there, there is no folder " + temp
                        + "/nobody on file:///, name a folder in Hugging Face layout, or leave --model out")
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.MODEL_REFUSED);
        Path record = alice.resolve("v2/promptmill.json");
        Files.writeString(record, Files.readString(record).replace("1f".repeat(32), "2e".repeat(32)));
        assertThatThrownBy(() -> generate(alice + "@best"))
                .hasMessageStartingWith("no_best_version: no version in " + alice + " is known to be the best, ")
                .hasMessageContaining("held-out")
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.MODEL_REFUSED);
        String published = "c0".repeat(32);
        TestVersions.publish(alice, 2, OptionalDouble.of(3.2), published);
        assertThatThrownBy(() -> generate(alice + "@latest"))
                .hasMessage("version_changed: --model " + alice + "/v2 has the SHA-256 " + digest(alice.resolve("v2"))
                        + " and its promptmill.json says " + published
                        + ", a version never changes, so its weights were"
                        + " damaged or replaced, restore the version, or remove its promptmill.json if it is to be a model"
                        + " like any");
        assertThat(output).doesNotExist();
    }

    @Test
    void aModelOfTheHubsIsItsCommitInThePlanAndStaysThatInAResumedRun() throws Exception {
        String name = "tests/plan";
        TestHubCache cache = new TestHubCache(name);
        assertThatThrownBy(() -> generate(name))
                .hasMessageStartingWith("hub_offline: the model " + name + " is not in the cache ")
                .hasMessageContaining(", and there is no folder of that name, HF_HUB_OFFLINE forbids to ask https://")
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.MODEL_REFUSED);
        String first = "a1".repeat(20);
        String second = "b2".repeat(20);
        Files.delete(alice.resolve("v1/promptmill.json"));
        cache.with(second, alice.resolve("v2")).with(first, alice.resolve("v1"));

        assertThat(generate(name)).isEqualTo(ExitCode.DONE);
        assertThat(plan().modelAsked()).isEqualTo(name);
        assertThat(plan().model()).isEqualTo(name + "@" + first);
        assertThat(plan().modelVersion()).isEqualTo(first);
        assertThat(plan().fingerprintFields().fields()).containsEntry("chosen version of the model", first);
        Map<String, String> undisturbed = GenerateRuns.chunks(output);

        Files.delete(output.resolve("_SUCCESS"));
        Files.delete(output.resolve(new ChunkPlan(2).fileName(1)));
        cache.withMain(second);
        assertThat(generate(name, "--resume")).isEqualTo(ExitCode.DONE);
        assertThat(runs.err())
                .contains("promptmill: this run was begun with " + name + "@" + first + " for --model " + name
                        + " and goes on with it");
        assertThat(GenerateRuns.chunks(output)).isEqualTo(undisturbed);
        assertThatThrownBy(() -> generate(name + "@" + second, "--resume"))
                .hasMessageContaining("chosen version of the model was " + first + " and is now " + second);
        FileUtil.fullyDelete(cache.snapshot(first).toFile());
        assertThatThrownBy(() -> generate(name, "--resume"))
                .hasMessageStartingWith("hub_offline: the model " + name + "@" + first + " is not in the cache ");
        assertThat(GenerateRuns.chunks(output)).isEqualTo(undisturbed);
    }

    @Test
    void theBaseOfAnAdapterIsItsCommitInThePlanToo() throws Exception {
        TestHubCache base = new TestHubCache("tests/plan-base");
        base.with("b2".repeat(20), alice.resolve("v1")).with("a1".repeat(20), alice.resolve("v1"));
        String adapter = TestAdapter.in(temp.resolve("adapter"), "gpt2").toString();
        assertThat(generate(adapter, "--base-model=tests/plan-base")).isEqualTo(ExitCode.DONE);
        String planned = "tests/plan-base@" + "a1".repeat(20);
        assertThat(plan().model()).isEqualTo(adapter);
        assertThat(plan().settings()).containsEntry("base-model", planned);
        assertThat(plan().fingerprintFields().fields()).containsEntry("base-model", planned);

        base.withMain("b2".repeat(20));
        assertThatThrownBy(() -> generate(adapter, "--base-model=tests/plan-base", "--resume"))
                .hasMessageStartingWith("resume_differs: ")
                .hasMessageContaining("base-model was " + planned + " and is now tests/plan-base@" + "b2".repeat(20));
        assertThat(generate(adapter, "--base-model=" + planned, "--resume")).isEqualTo(ExitCode.DONE);
        assertThat(runs.out()).contains("is finished, there is nothing to compute");
    }

    private ExitCode generate(String model, String... options) throws RefusalException, IOException {
        String[] all = new String[options.length + 3];
        all[0] = "--model=" + model;
        all[1] = "--chunks=2";
        all[2] = "--max-new-tokens=4";
        System.arraycopy(options, 0, all, 3, options.length);
        return runs.generate(GenerateRuns.PROMPTS, output, all);
    }

    private RunPlan plan() throws IOException {
        return RunPlan.parse(Files.readAllBytes(output.resolve(RunPlan.FILE)));
    }

    private static String digest(Path folder) throws Exception {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return checkpoint.digest();
        }
    }
}
