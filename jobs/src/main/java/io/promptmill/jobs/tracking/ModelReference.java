package io.promptmill.jobs.tracking;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * A model as another record names it.
 *
 * @param location its folder, or what the user called it
 * @param version {@code v3} where it is one of a folder of versions, its commit where it is of the hub; null elsewhere
 * @param digest of the checkpoint, in hexadecimal digits
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelReference(String location, String version, String digest) {
    public ModelReference {
        Objects.requireNonNull(location, "location");
        Objects.requireNonNull(digest, "digest");
    }

    /** What people call it: what the hub does, or else the last part of its location, without the version's folder. */
    @JsonIgnore
    public String name() {
        if (isOfHub()) {
            return location.substring(0, location.length() - version.length() - 1);
        }
        String path = location.replaceAll("/+$", "");
        if (version != null && path.endsWith("/" + version)) {
            path = path.substring(0, path.length() - version.length() - 1);
        }
        String last = path.substring(path.lastIndexOf('/') + 1);
        return last.isEmpty() ? location : last;
    }

    /** Its name, with its version where it is in a folder of them: {@code alice v3}. */
    @JsonIgnore
    public String nameAndVersion() {
        return version == null || isOfHub() ? name() : name() + " " + version;
    }

    /** Whether the hub has it, at the commit that is its version. */
    @JsonIgnore
    public boolean isOfHub() {
        return version != null && location.endsWith("@" + version);
    }
}
