package io.promptmill.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.spark.shipping.FarFileSystem;
import io.promptmill.spark.shipping.HadoopFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a name of a model stands for, on this machine and on a file system that is elsewhere. */
class ModelNameTest {
    private static final String OTHER_HELD_OUT = "2e".repeat(32);

    @TempDir
    private Path temp;

    private Path model;

    @BeforeEach
    void makeFolder() throws IOException {
        model = Files.createDirectories(temp.resolve("models/alice"));
    }

    @ParameterizedTest
    @CsvSource({"@latest,v10", "@best,v2", "@v1,v1", "@v9,v9", "@v10,v10", "/@latest,v10"})
    void aNameStandsForOneOfTheVersions(String name, String expected) throws Exception {
        TestVersions.publish(model, 1, 3.3, TestVersions.HELD_OUT);
        TestVersions.publish(model, 2, 3.1, TestVersions.HELD_OUT);
        TestVersions.publish(model, 9, 3.1, TestVersions.HELD_OUT);
        TestVersions.publishUnmeasured(model, 10);
        Files.createDirectories(model.resolve("v11")); // a run is at work
        Files.createDirectories(model.resolve("v012"));
        Files.createDirectories(model.resolve("runs"));
        assertThat(local(model + name)).isEqualTo(model + "/" + expected);
        assertThat(far(model + name)).isEqualTo("far://" + model + "/" + expected);
    }

    @Test
    void aFolderThatIsThereAsItIsWrittenComesFirst() throws Exception {
        TestVersions.publish(model, 1, 3.3, TestVersions.HELD_OUT);
        Path odd = Files.createDirectories(temp.resolve("models/alice@best"));
        assertThat(local(odd.toString())).isEqualTo(odd.toString());
        assertThat(far(odd.toString())).isEqualTo("far://" + odd);
        assertThat(local(model + "/v1")).isEqualTo(model + "/v1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"@v01", "@v0", "@newest", "@", "", "@v1/", "x@latest"})
    void whatIsNoVersionOfAFolderIsAPath(String name) throws Exception {
        TestVersions.publish(model, 1, 3.3, TestVersions.HELD_OUT);
        assertThat(local(model + name)).isEqualTo(model + name);
        assertThat(far(model + name)).isEqualTo("far://" + model + name);
    }

    @Test
    void aNameMayStandForTheVersionsOfItsFolderAlone() {
        ModelName latest = new ModelName("models/alice/@latest");
        assertThat(latest.isMoving()).isTrue();
        assertThat(latest.mayStandFor("models/alice/v3")).isTrue();
        assertThat(latest.mayStandFor("models/alice/@latest")).isFalse();
        assertThat(latest.mayStandFor("models/alice/v3/v3")).isFalse();
        assertThat(latest.mayStandFor("models/alice")).isFalse();
        assertThat(latest.mayStandFor("far://models/alice/v3")).isFalse();
        assertThat(new ModelName("./models/alice@v3").isMoving()).isFalse();
        assertThat(new ModelName("models/alice").mayStandFor("models/alice/v3")).isFalse();
    }

    @Test
    void aNameOfTheHubsMayStandForAnyOfItsCommits() {
        String commit = "0123456789abcdef0123456789abcdef01234567";
        for (String name : List.of("gpt2", "gpt2@main", "gpt2@v3", "gpt2@latest")) {
            assertThat(new ModelName(name).isMoving()).isTrue();
            assertThat(new ModelName(name).isPinned()).isFalse();
            assertThat(new ModelName(name).mayStandFor("gpt2@" + commit)).isTrue();
            assertThat(new ModelName(name).mayStandFor("gpt3@" + commit)).isFalse();
            assertThat(new ModelName(name).mayStandFor("gpt2@main")).isFalse();
            assertThat(new ModelName(name).mayStandFor("gpt2")).isFalse();
        }
        assertThat(new ModelName("gpt2@" + commit).isMoving()).isFalse();
        assertThat(new ModelName("gpt2@" + commit).isPinned()).isTrue();
        assertThat(new ModelName("./gpt2@" + commit).isPinned()).isFalse();
    }

    @Test
    void aVersionThatIsNotThereIsRefusedWithThoseThatAre() throws Exception {
        refused(
                "@latest",
                "version_missing: there is no version in %s, no folder in it is named v1, v2, and so on, and has a"
                        + " promptmill.json, name a version that is there, or a model's own folder");
        refused("@best", "version_missing: there is no version in %s, no folder in it");
        for (int number : new int[] {1, 2, 10}) {
            TestVersions.publish(model, number, 3.3, TestVersions.HELD_OUT);
        }
        Files.createDirectories(model.resolve("v11"));
        refused(
                "@v7",
                "version_missing: there is no version v7 in %s, its versions are v1, v2, v10, name a version that");
        refused("@v11", "version_missing: there is no version v11 in %s, its versions are v1, v2, v10, name");
    }

    @Test
    void theBestIsRefusedWhereLossesCannotBeCompared() throws Exception {
        TestVersions.publishUnmeasured(model, 1);
        TestVersions.publishUnmeasured(model, 2);
        refused(
                "@best",
                "no_best_version: no version in %s is known to be the best, none of its versions has a loss on"
                        + " held-out data: they are v1, v2, name the one you want, as in %1$s@v2");
        TestVersions.publish(model, 3, 3.3, TestVersions.HELD_OUT);
        TestVersions.publish(model, 4, 3.2, TestVersions.HELD_OUT);
        TestVersions.publish(model, 5, 2.2, OTHER_HELD_OUT);
        refused(
                "@best",
                "no_best_version: no version in %s is known to be the best, losses on different held-out data cannot"
                        + " be compared: v3 and v4 on 1f1f1f1f1f1f, v5 on 2e2e2e2e2e2e, name the one you want, as in %1$s@v5");
    }

    @Test
    void aVersionThatCannotBeReadIsNamedAndNeverPassedOver() throws Exception {
        TestVersions.publish(model, 1, 3.3, TestVersions.HELD_OUT);
        Path damaged = TestVersions.publish(model, 2, 3.1, TestVersions.HELD_OUT);
        Files.writeString(damaged.resolve(ModelVersion.FILE), "{\"format_version\":");
        String refusal = "version_unreadable: version v2 in %s cannot be read, promptmill.json: its JSON breaks off, ";
        refused("@latest", refusal);
        refused("@best", refusal);
        refused("@v2", refusal);
        assertThat(local(model + "@v1")).isEqualTo(model + "/v1");
    }

    @Test
    void whatIsKnownOfAVersionComesBackAsItWasWritten() throws Exception {
        ModelVersion version = TestVersions.version(3, OptionalDouble.of(3.25), Optional.of(TestVersions.HELD_OUT));
        assertThat(ModelVersion.parse(TestVersions.json(version))).isEqualTo(version);
        assertThat(TestVersions.json(version))
                .contains("\"perplexity\":25.790339917193062")
                .contains("\"train_loss\":3.5");
        ModelVersion unmeasured = TestVersions.version(3, OptionalDouble.empty(), Optional.empty());
        assertThat(ModelVersion.parse(TestVersions.json(unmeasured))).isEqualTo(unmeasured);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"version\":3|\"version\":0|promptmill.json: the number of a version is at least 1 but was 0",
                "\"version\":3|\"version\":\"3\"|promptmill.json: version must be a whole number of 32 bits but is '\"3\"'",
                "\"format_version\":1|\"format_version\":2|promptmill.json: format_version is 2",
                "\"eval_loss\":3.25|\"eval_loss\":-1|promptmill.json: the held-out loss is -1.0",
                "\"held_out_digest\"|\"other\"|promptmill.json: there is a loss on held-out data and no digest of them",
                "\"run\":|\"ran\":|promptmill.json: run must be a text but is 'missing'"
            })
    void anythingElseIsRefused(String what, String by, String message) {
        ModelVersion version = TestVersions.version(3, OptionalDouble.of(3.25), Optional.of(TestVersions.HELD_OUT));
        String json = TestVersions.json(version);
        assertThat(json).contains(what);
        assertThatThrownBy(() -> ModelVersion.parse(json.replaceFirst(what, by)))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aFolderThatIsNearlyNamedAsAVersionIsNoneAndIsKnownWhereItHoldsOne() throws Exception {
        TestVersions.publish(model, 3, 3.1, TestVersions.HELD_OUT);
        for (String name : List.of("v03", "V4", "v0", "version5", "v06", "v1234567890")) {
            Files.createDirectories(model.resolve(name));
        }
        for (String name : List.of("v03", "V4", "version5", "v1234567890")) {
            Files.copy(
                    model.resolve("v3").resolve(ModelVersion.FILE),
                    model.resolve(name).resolve(ModelVersion.FILE));
        }
        ModelVersions versions = ModelVersions.in(model.toString(), new LocalFolders());
        assertThat(versions.misnamed()).containsExactly("V4", "v03", "v1234567890");
        assertThat(versions.entries())
                .extracting(ModelVersions.Entry::folderName)
                .containsExactly("v3");
        assertThat(versions.next()).isEqualTo(4);
    }

    @Test
    void theFileOfAnotherVersionIsNotTaken() throws Exception {
        Path copied = TestVersions.publish(model, 2, 3.1, TestVersions.HELD_OUT);
        Files.move(copied, model.resolve("v3"));
        refused("@v3", "version_unreadable: version v3 in %s cannot be read, promptmill.json: it is that of v2, ");
    }

    @Test
    void whatIsNoFolderIsSaidToBeMissingAndAnAddressOfTheHubToBeNoName() {
        String there = "there is no such folder on this machine; ";
        for (String path : List.of(model.toString(), "./gpt2", "hdfs://host/gpt2")) {
            assertThat(new ModelName(path).missing("this machine"))
                    .hasMessage(
                            "The model " + path + " is not there: " + there + "name a folder in Hugging Face layout");
        }
        Map<String, String> addresses = Map.of(
                "https://huggingface.co/openai-community/gpt2", "openai-community/gpt2",
                "https://hf.co/gpt2/", "gpt2",
                "https://huggingface.co/gpt2/tree/main", "gpt2@main",
                "https://huggingface.co/alice/tiny/tree/refs/pr/4", "alice/tiny@refs/pr/4",
                "hf://alice/tiny@v1", "alice/tiny@v1",
                "hf://models/alice/tiny", "alice/tiny");
        addresses.forEach((address, name) -> {
            String message = there + "name a model of the hub without its address: " + name;
            assertThat(new ModelName(address).missing("this machine")).hasMessageEndingWith(message);
            assertThatThrownBy(() -> new ModelName(address).location(new HadoopFolders(new Configuration())))
                    .isInstanceOf(ModelMissingException.class)
                    .hasMessageEndingWith(message);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "alice/tiny@|alice/tiny@|nothing that",
                "gpt2 |'gpt2 '|there is a blank in it",
                "a/b/c|a/b/c|it has more"
            })
    void whatIsNearlyANameOfTheHubsIsToldWhatKeepsItFromBeingOne(String name, String shown, String flaw) {
        assertThat(new ModelName(name).missing("this machine"))
                .hasMessageStartingWith(
                        "The model " + shown + " is not there: there is no such folder on this machine, and"
                                + " it is no name of the hub's: " + flaw)
                .hasMessageEndingWith(
                        "; name a folder in Hugging Face layout, or a model of the hub as [owner/]name[@revision]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void anEmptyNameIsNotTakenForTheWorkingDirectory(String name) {
        assertThatThrownBy(() -> local(name))
                .isInstanceOf(ModelMissingException.class)
                .hasMessage("The model '" + name
                        + "' is not there: its name is empty; name a folder in Hugging Face layout,"
                        + " or a model of the hub as [owner/]name[@revision]");
    }

    @Test
    void aVersionOfWhatIsNotThereNamesTheFolderThatIsMissing() {
        assertThat(new ModelName("./models/nobody/@best").missing("file:///"))
                .hasMessage(
                        "The model ./models/nobody/@best is not there: there is no folder ./models/nobody on file:///; name"
                                + " a folder in Hugging Face layout");
    }

    private void refused(String name, String message) {
        String expected = String.format(message, model);
        assertThatThrownBy(() -> local(model + name))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith(expected);
        assertThatThrownBy(() -> far(model + name))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith(String.format(message, "far://" + model));
    }

    private static String local(String name) throws InvalidCheckpointException, IOException {
        return new ModelName(name).location(new LocalFolders());
    }

    private static String far(String name) throws InvalidCheckpointException, IOException {
        Configuration hadoop = new Configuration();
        hadoop.setClass("fs.far.impl", FarFileSystem.class, FileSystem.class);
        return new ModelName("far://" + name).location(new HadoopFolders(hadoop));
    }
}
