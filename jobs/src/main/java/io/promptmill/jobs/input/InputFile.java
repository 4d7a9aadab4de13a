package io.promptmill.jobs.input;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.Serializable;
import java.util.Objects;

/**
 * One Parquet file of the input as it was when a run began.
 *
 * @param path with its file system
 * @param bytes its size
 * @param modified when it was last modified, ISO 8601
 * @param footer SHA-256 of its footer, where Parquet keeps schema, counts and statistics; {@code none} where it has no
 *     footer
 */
@JsonPropertyOrder({"path", "bytes", "modified", "footer"})
public record InputFile(
        @JsonProperty("path") String path,
        @JsonProperty("bytes") long bytes,
        @JsonProperty("modified") String modified,
        @JsonProperty("footer") String footer)
        implements Serializable {
    public InputFile {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(modified, "modified");
        Objects.requireNonNull(footer, "footer");
    }

    /** The file without its place, as a fingerprint's value. */
    public String state() {
        return bytes + " bytes of " + modified + " with footer " + footer;
    }
}
