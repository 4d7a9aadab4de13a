package io.promptmill.jobs.tracking;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** A job that makes one artifact of others. */
public enum LineageJob {
    /** Reads posts from the files that were given. */
    @JsonProperty("read")
    READ("read", ArtifactKind.RAW),
    /** Cleans posts and holds some out. */
    @JsonProperty("prepare")
    PREPARE("prepare", ArtifactKind.PREPARED),
    /** Trains the model. */
    @JsonProperty("finetune")
    FINETUNE("finetune", ArtifactKind.FINE_TUNED);

    private final String text;
    private final ArtifactKind output;

    LineageJob(String text, ArtifactKind output) {
        this.text = text;
        this.output = output;
    }

    /** What it reads. */
    public List<ArtifactKind> inputs() {
        return switch (this) {
            case READ -> List.of();
            case PREPARE -> List.of(ArtifactKind.RAW);
            case FINETUNE -> List.of(ArtifactKind.PREPARED, ArtifactKind.PRETRAINED);
        };
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
