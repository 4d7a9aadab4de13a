package io.promptmill.jobs.tracking;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What stands between the jobs that make a model. */
public enum ArtifactKind {
    /** Posts as they were given. */
    @JsonProperty("raw")
    RAW("raw"),
    /** Texts to train on, and held out. */
    @JsonProperty("prepared")
    PREPARED("prepared"),
    /** The model that is trained further. */
    @JsonProperty("pretrained")
    PRETRAINED("pretrained"),
    /** The model that comes of it. */
    @JsonProperty("fine-tuned")
    FINE_TUNED("fine-tuned");

    private final String text;

    ArtifactKind(String text) {
        this.text = text;
    }

    /** As in the JSON. */
    @Override
    public String toString() {
        return text;
    }
}
