package io.promptmill.jobs.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineageTest {
    private static final Lineage LINEAGE =
            Lineage.NONE.with(ArtifactKind.RAW, "posts", "a1").with(ArtifactKind.PREPARED, "data", "b1");

    @Test
    void aVersionIsNewOnlyWhereTheDigestIs() {
        Lineage same = LINEAGE.with(ArtifactKind.RAW, "posts", "a1");
        assertThat(same).isEqualTo(LINEAGE);
        Lineage changed = LINEAGE.with(ArtifactKind.RAW, "posts", "a2");
        assertThat(changed.artifact(ArtifactKind.RAW)).contains(new Artifact(ArtifactKind.RAW, "posts", 2, "a2"));
        assertThat(changed.artifact(ArtifactKind.PREPARED)).isEqualTo(LINEAGE.artifact(ArtifactKind.PREPARED));
        assertThat(changed.with(ArtifactKind.RAW, "posts", "a1").artifact(ArtifactKind.RAW))
                .contains(new Artifact(ArtifactKind.RAW, "posts", 3, "a1"));
    }

    @Test
    void anotherNameIsAnotherArtifact() {
        assertThat(LINEAGE.with(ArtifactKind.RAW, "others", "a1").artifact(ArtifactKind.RAW))
                .contains(new Artifact(ArtifactKind.RAW, "others", 1, "a1"));
    }

    @Test
    void anArtifactOfAnotherLineageBringsItsVersionUnlessThisOneIsFurther() {
        Lineage none = Lineage.NONE.with(new Artifact(ArtifactKind.RAW, "posts", 4, "a4"));
        assertThat(none.artifacts()).containsExactly(new Artifact(ArtifactKind.RAW, "posts", 4, "a4"));
        assertThat(none.with(new Artifact(ArtifactKind.RAW, "posts", 7, "a4"))).isEqualTo(none);
        assertThat(none.with(new Artifact(ArtifactKind.RAW, "posts", 7, "a7")).artifacts())
                .containsExactly(new Artifact(ArtifactKind.RAW, "posts", 7, "a7"));
        assertThat(none.with(new Artifact(ArtifactKind.RAW, "posts", 1, "a1")).artifacts())
                .as("made anew elsewhere")
                .containsExactly(new Artifact(ArtifactKind.RAW, "posts", 5, "a1"));
    }

    @Test
    void theFileHasTheJobsWithWhatTheyReadAndMade() throws IOException {
        Lineage whole = LINEAGE.with(ArtifactKind.FINE_TUNED, "owl", "d1").with(ArtifactKind.PRETRAINED, "gpt2", "c1");
        String json = new String(whole.json(), StandardCharsets.UTF_8);
        assertThat(json)
                .startsWith(
                        """
                        {
                          "jobs" : [ {
                            "job" : "read",
                            "inputs" : [ ],
                            "output" : "posts:v1"
                          }, {
                            "job" : "prepare",
                            "inputs" : [ "posts:v1" ],
                            "output" : "data:v1"
                          }, {
                            "job" : "finetune",
                            "inputs" : [ "data:v1", "gpt2:v1" ],
                            "output" : "owl:v1"
                          } ],
                          "artifacts" : [ {
                            "kind" : "raw",
                            "name" : "posts",
                            "version" : 1,
                            "digest" : "a1"
                          }, {
                        """);
        assertThat(Lineage.parse(whole.json())).isEqualTo(whole);
    }

    @Test
    void aJobThatHasMadeNothingIsNotThere() {
        assertThat(new String(LINEAGE.json(), StandardCharsets.UTF_8)).doesNotContain("finetune");
        assertThat(new String(LINEAGE.without(ArtifactKind.RAW).json(), StandardCharsets.UTF_8))
                .contains("\"inputs\" : [ ],\n    \"output\" : \"data:v1\"");
    }

    @Test
    void twoOfAKindAreRefused() {
        Artifact raw = new Artifact(ArtifactKind.RAW, "posts", 1, "a");
        assertThatThrownBy(() -> new Lineage(List.of(raw, raw))).hasMessage("two artifacts of one kind");
        assertThatThrownBy(() -> Lineage.parse(
                        "{\"artifacts\":[{\"kind\":\"raw\",\"name\":\"a\",\"version\":0,\"digest\":\"x\"}]}"
                                .getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
    }
}
