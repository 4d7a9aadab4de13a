package io.promptmill.jobs.versions;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.Promptmill;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.testing.TestVersions;
import io.promptmill.pretrained.ModelVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path models;

    @BeforeEach
    void publish() throws IOException {
        Path alice = models.resolve("alice");
        TestVersions.publish(alice, 1, OptionalDouble.of(3.3), "d1".repeat(32));
        TestVersions.publish(alice, 2, OptionalDouble.of(3.25), "d2".repeat(32));
        TestVersions.publish(alice, 10, OptionalDouble.empty(), "d3".repeat(32));
        Files.createDirectories(alice.resolve("v11"));
        Path misnamed = Files.createDirectories(alice.resolve("v03"));
        Files.copy(alice.resolve("v2").resolve(ModelVersion.FILE), misnamed.resolve(ModelVersion.FILE));
        TestVersions.publish(models.resolve("bob"), 1, OptionalDouble.empty(), "d4".repeat(32));
        Files.createDirectories(models.resolve("a-model-of-another-kind"));
        Files.writeString(models.resolve("notes.txt"), "none of a model");
    }

    @Test
    void theVersionsOfAllModelsAreListed() {
        assertThat(run("models", models.toString())).isEqualTo(ExitCode.DONE);
        assertThat(text(out))
                .isEqualToNormalizingNewlines(
                        """
                        FOLDER/alice
                          version  held-out loss  perplexity  training loss  trained on               made from                     created
                          v1       3.3000         27.11       3.5000         data/alice a0a0a0a0a0a0  scratch                       2026-11-28T15:50:00Z
                          v2       3.2500         25.79       3.5000         data/alice a0a0a0a0a0a0  models/alice/v1 b0b0b0b0b0b0  2026-11-28T15:50:00Z  @best
                          v10      -              -           3.5000         data/alice a0a0a0a0a0a0  models/alice/v1 b0b0b0b0b0b0  2026-11-28T15:50:00Z  @latest
                          v11 is no version: a run is at work or has died, and it has no promptmill.json
                          v03 is no version: they are named v1, v2, and so on, without zeros in front
                        FOLDER/bob
                          version  held-out loss  perplexity  training loss  trained on               made from  created
                          v1       -              -           3.5000         data/alice a0a0a0a0a0a0  scratch    2026-11-28T15:50:00Z  @latest
                          @best is none: no version in FOLDER/bob is known to be the best, none of its versions has a loss on held-out data: they are v1
                        """
                                .replace("FOLDER", models.toString()));
        assertThat(err.size()).isZero();
    }

    @Test
    void aModelsOwnFolderIsListedByItselfAndTheFolderMayBeAnOption() {
        assertThat(run("models", "--folder", models + "/bob")).isEqualTo(ExitCode.DONE);
        assertThat(text(out)).startsWith(models + "/bob\n").hasLineCount(4);
        String first = text(out);
        assertThat(run("models", models + "/bob")).isEqualTo(ExitCode.DONE);
        assertThat(text(out)).isEqualTo(first + first);
    }

    @Test
    void aVersionThatCannotBeReadIsToldByNameAndTheOthersAreListed() throws Exception {
        Files.writeString(models.resolve("alice/v2").resolve(ModelVersion.FILE), "{\n \u001b[31m json}");
        assertThat(run("models", models.resolve("alice").toString())).isEqualTo(ExitCode.DONE);
        assertThat(text(out))
                .contains("\n  v1 ", "\n  v10 ")
                .contains("  v2 cannot be read: promptmill.json: its JSON is malformed in line 2, column 3\n")
                .contains("  @best is none: version v2 in " + models + "/alice cannot be read, promptmill.json: ")
                .doesNotContain("\u001b");
    }

    @Test
    void aLineOfJsonTellsAllOfAModel() {
        assertThat(run("models", models.resolve("alice").toString(), "--json")).isEqualTo(ExitCode.DONE);
        String held = "1f".repeat(32);
        assertThat(text(out))
                .hasLineCount(1)
                .startsWith("{\"best\":\"v2\",\"latest\":\"v10\",\"misnamed\":[\"v03\"],\"model\":\"" + models
                        + "/alice\",\"unfinished\":[\"v11\"],"
                        + "\"versions\":[{\"code_version\":\"1.0\",\"created\":\"2026-11-28T15:50:00Z\",\"data\":{\"digest\":\""
                        + "a0".repeat(32) + "\",\"held_out_digest\":\"" + held
                        + "\",\"path\":\"data/alice\"},\"digest\":\""
                        + "d1".repeat(32) + "\",\"folder\":\"v1\",\"format_version\":1,\"losses\":{\"eval_loss\":3.3,"
                        + "\"perplexity\":" + Math.exp(3.3) + ",\"train_loss\":3.5},\"name\":\"alice\",\"run\":"
                        + "\"20261128T154501Z-1a2b3c\",\"version\":1},{");
        assertThat(run("models", models.resolve("bob").toString(), "--json")).isEqualTo(ExitCode.DONE);
        assertThat(text(out))
                .contains("\"no_best\":\"no version in " + models + "/bob is known to be the best, none of");
    }

    @Test
    void whatIsNoFolderIsRefusedAndAnEmptyOneHasNoVersions() throws Exception {
        assertThat(run("models", models + "/nobody")).isEqualTo(ExitCode.MODEL_REFUSED);
        assertThat(run("models", models.toString(), "--folder=x")).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run("models", models.toString(), "x")).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(text(err).lines())
                .containsExactly(
                        "promptmill: models_unreadable: the models in " + models
                                + "/nobody cannot be listed, there is no"
                                + " such folder, name a folder of models, or a model's folder of versions, that this user"
                                + " can read",
                        "promptmill: option_given_twice: --folder is given 2 times, it takes one value, keep one of x, "
                                + models,
                        "promptmill: unknown_argument: x is not known, models has no such argument, --help tells all that there are");
        Path empty = Files.createDirectory(models.resolve("empty"));
        assertThat(run("models", empty.toString())).isEqualTo(ExitCode.DONE);
        assertThat(text(out)).isEqualToNormalizingNewlines("There are no versions of models in " + empty + "\n");
    }

    @Test
    void theHelpShowsTheArgument() {
        assertThat(run("models", "--help")).isEqualTo(ExitCode.DONE);
        assertThat(text(out))
                .startsWith("Usage: spark-submit promptmill.jar models [FOLDER] [options]\n")
                .containsSubsequence("[FOLDER]", "The same as --folder.", "--folder=FOLDER", "Default: models.");
    }

    private ExitCode run(String... args) {
        return Promptmill.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
