package io.promptmill.jobs.tracking;

import java.util.Objects;

/**
 * Data or a model that jobs read and write.
 *
 * @param kind what it is
 * @param name what people call it
 * @param version from 1; one more whenever the digest changes
 * @param digest of its content, in hexadecimal digits
 */
public record Artifact(ArtifactKind kind, String name, int version, String digest) {
    public Artifact {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(digest, "digest");
        if (version < 1) {
            throw new IllegalArgumentException("version " + version);
        }
    }

    /** What people call what lies at a path: its last part. */
    public static String nameOf(String path) {
        return path.replaceAll("/+$", "").replaceAll("^.*/", "");
    }

    /** For example {@code my-model:v2}. */
    public String label() {
        return name + ":v" + version;
    }
}
