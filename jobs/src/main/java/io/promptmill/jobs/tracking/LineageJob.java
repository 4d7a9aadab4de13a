package io.promptmill.jobs.tracking;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** A job that makes one artifact of others. */
public enum LineageJob {
    /** Reads posts from the files that were given. */
    @JsonProperty("read")
    READ("read", List.of(), ArtifactKind.RAW),
    /** Cleans posts and holds some out. */
    @JsonProperty("prepare")
    PREPARE("prepare", List.of(ArtifactKind.RAW), ArtifactKind.PREPARED),
    /** Trains the model. */
    @JsonProperty("finetune")
    FINETUNE("finetune", List.of(ArtifactKind.PREPARED, ArtifactKind.PRETRAINED), ArtifactKind.FINE_TUNED);

    private final String text;
    private final List<ArtifactKind> inputs;
    private final ArtifactKind output;

    LineageJob(String text, List<ArtifactKind> inputs, ArtifactKind output) {
        this.text = text;
        this.inputs = inputs;
        this.output = output;
    }

    /** What it reads. */
    public List<ArtifactKind> inputs() {
        return inputs;
    }

    /** What it makes. */
    public ArtifactKind output() {
        return output;
    }

    /** As in the JSON. */
    @Override
    public String toString() {
        return text;
    }
}
