package io.promptmill.jobs.tracking;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** Where a run is. */
public enum RunStatus {
    /** Begun; also what a run says whose process was killed. */
    @JsonProperty("running")
    RUNNING,
    /** All its steps are done, or early stopping ended it. */
    @JsonProperty("finished")
    FINISHED,
    /** Interrupted or at a limit; it can be resumed. */
    @JsonProperty("stopped")
    STOPPED,
    /** Ended by an error. */
    @JsonProperty("failed")
    FAILED;

    /** As in the JSON. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
