package io.promptmill.jobs.prepare;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.Serializable;
import java.util.Objects;

/**
 * A Parquet file of a data folder.
 *
 * @param file its name in the folder
 * @param rows its rows
 * @param characters of all texts in it
 * @param sha256 of the values of its rows, in hexadecimal digits; that of the file may differ with its writer
 */
@JsonPropertyOrder({"file", "rows", "characters", "sha256"})
public record PartReport(
        @JsonProperty("file") String file,
        @JsonProperty("rows") long rows,
        @JsonProperty("characters") long characters,
        @JsonProperty("sha256") String sha256)
        implements Serializable {
    public PartReport {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(sha256, "sha256");
    }
}
