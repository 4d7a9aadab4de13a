package io.promptmill.jobs.input;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.Serializable;
import java.util.Objects;

/**
 * One file of the input as it was when a run began.
 *
 * @param path with its file system
 * @param bytes its size
 * @param modified when it was last modified, ISO 8601
 * @param footer SHA-256 of its footer, where Parquet keeps schema, counts and statistics; {@code none} where it has no
 *     footer
 * @param format what it was read as; null for Parquet
 * @param sha256 SHA-256 of all its bytes; null for Parquet
 * @param name by which ids of its rows begin; null where no id is made of its name
 */
@JsonPropertyOrder({"path", "bytes", "modified", "footer", "format", "sha256", "name"})
public record InputFile(
        @JsonProperty("path") String path,
        @JsonProperty("bytes") long bytes,
        @JsonProperty("modified") String modified,
        @JsonProperty("footer") String footer,
        @JsonProperty("format") @JsonInclude(JsonInclude.Include.NON_NULL) String format,
        @JsonProperty("sha256") @JsonInclude(JsonInclude.Include.NON_NULL) String sha256,
        @JsonProperty("name") @JsonInclude(JsonInclude.Include.NON_NULL) String name)
        implements Serializable {
    /** The footer of a file that has none. */
    public static final String NO_FOOTER = "none";

    public InputFile {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(modified, "modified");
        Objects.requireNonNull(footer, "footer");
    }

    /** A Parquet file whose rows have ids of their own. */
    public static InputFile parquet(String path, long bytes, String modified, String footer) {
        return new InputFile(path, bytes, modified, footer, null, null, null);
    }

    /** This file, of whose rows ids are made of that name. */
    public InputFile called(String newName) {
        return new InputFile(path, bytes, modified, footer, format, sha256, newName);
    }

    /** The file without its place, as a fingerprint's value. */
    public String state() {
        return bytes + " bytes of " + modified
                + (sha256 == null ? " with footer " + footer : " of the format " + format + " with SHA-256 " + sha256)
                + (name == null ? "" : " and rows called " + name);
    }
}
