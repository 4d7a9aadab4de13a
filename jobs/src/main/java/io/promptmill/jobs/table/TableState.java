package io.promptmill.jobs.table;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Objects;

/**
 * The table that an input is, as it was when a run began.
 *
 * @param name with its catalog, as SQL takes it
 * @param version at which it is read: a snapshot of Iceberg, a version of Delta Lake; null where it has none
 * @param rows how many there are
 * @param digest of all rows, whatever their order
 */
@JsonPropertyOrder({"name", "version", "rows", "digest"})
public record TableState(
        @JsonProperty("name") String name,
        @JsonProperty("version") @JsonInclude(JsonInclude.Include.NON_NULL) String version,
        @JsonProperty("rows") long rows,
        @JsonProperty("digest") String digest) {
    public TableState {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(digest, "digest");
        if (version != null && !VersionedFormat.isVersion(version)) { // it becomes part of a query
            throw new IllegalArgumentException("a version is a number but was " + version);
        }
    }

    /** The table without its name, as a fingerprint's value. */
    public String state() {
        return rows + " rows" + (version == null ? "" : " of version " + version) + " with digest " + digest;
    }

    /** Whether another state of the table has the same rows. */
    public boolean sameRows(TableState other) {
        return rows == other.rows && digest.equals(other.digest);
    }
}
