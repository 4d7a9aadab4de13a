package io.promptmill.jobs.prepare;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.promptmill.Sha256;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.jobs.tracking.Artifact;
import io.promptmill.jobs.tracking.ArtifactKind;
import io.promptmill.jobs.tracking.Lineage;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a data folder holds, and from what it was made: the content of {@code data.json}, which is written last of all. It
 * says nothing of when and where, so that equal data has an equal record.
 *
 * @param promptmill version of the code
 * @param digest of all training texts and those held out
 * @param settings options of {@code prepare} by name, and the digest of the list of those who opted out
 * @param source the files that the posts come from
 * @param counts posts by what became of them; {@code downloaded} is all of them
 * @param train the training texts, in {@code train}
 * @param heldOut the texts that are held out, in {@code held-out}
 * @param setAside the posts that are in neither, in {@code set-aside}
 */
@JsonPropertyOrder({"promptmill", "digest", "settings", "source", "counts", "train", "held_out", "set_aside"})
public record PreparedData(
        @JsonProperty("promptmill") String promptmill,
        @JsonProperty("digest") String digest,
        @JsonProperty("settings") SortedMap<String, String> settings,
        @JsonProperty("source") RawData source,
        @JsonProperty("counts") SortedMap<String, Long> counts,
        @JsonProperty("train") Texts train,
        @JsonProperty("held_out") Texts heldOut,
        @JsonProperty("set_aside") Texts setAside) {
    /** Its name in the folder. */
    public static final String FILE = "data.json";

    public PreparedData {
        Objects.requireNonNull(promptmill, "promptmill");
        Objects.requireNonNull(digest, "digest");
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        Objects.requireNonNull(source, "source");
        counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
        Objects.requireNonNull(train, "train");
        Objects.requireNonNull(heldOut, "held_out");
        Objects.requireNonNull(setAside, "set_aside");
    }

    static PreparedData of(
            String version,
            SortedMap<String, String> settings,
            RawData source,
            SortedMap<String, Long> counts,
            Texts train,
            Texts heldOut,
            Texts setAside) {
        String digest = Sha256.ofText(train.digest() + heldOut.digest());
        return new PreparedData(version, digest, settings, source, counts, train, heldOut, setAside);
    }

    /**
     * Where this data comes from, by the names that it has at a path.
     *
     * @param earlier what was told of that path before
     */
    public Lineage lineage(Lineage earlier, String path) {
        return source.lineage(earlier, path).with(ArtifactKind.PREPARED, Artifact.nameOf(path), digest);
    }

    /** Reads the record of a data folder; one that is not finished has none. */
    public static PreparedData read(OutputFiles files) throws IOException {
        return Json.read(files.read(FILE), PreparedData.class);
    }

    /**
     * Texts in files.
     *
     * @param digest of the rows' values, in their order
     * @param posts how many, repeated ones counted again
     * @param characters of all of them, without separators
     * @param files in the order of the texts
     */
    @JsonPropertyOrder({"digest", "posts", "characters", "files"})
    public record Texts(
            @JsonProperty("digest") String digest,
            @JsonProperty("posts") long posts,
            @JsonProperty("characters") long characters,
            @JsonProperty("files") List<PartReport> files) {
        public Texts {
            Objects.requireNonNull(digest, "digest");
            files = List.copyOf(files);
        }

        static Texts of(List<PartReport> files) {
            return new Texts(
                    digestOf(files.stream().map(PartReport::sha256).toList()),
                    files.stream().mapToLong(PartReport::rows).sum(),
                    files.stream().mapToLong(PartReport::characters).sum(),
                    files);
        }
    }

    /**
     * The files that posts come from.
     *
     * @param digest of names and contents
     * @param files by name
     */
    @JsonPropertyOrder({"digest", "files"})
    public record RawData(@JsonProperty("digest") String digest, @JsonProperty("files") List<RawFile> files) {
        public RawData {
            Objects.requireNonNull(digest, "digest");
            files = List.copyOf(files);
        }

        /** Where prepared data comes from before it is there. */
        Lineage lineage(Lineage earlier, String path) {
            return earlier.with(ArtifactKind.RAW, "posts-" + Artifact.nameOf(path), digest);
        }

        static RawData of(List<RawFile> files) {
            return new RawData(
                    digestOf(files.stream()
                            .map(file -> file.file() + " " + file.sha256())
                            .toList()),
                    files);
        }
    }

    /**
     * One of them.
     *
     * @param file its path below the input
     * @param format of its content, as the option has it
     * @param rows its rows, bad ones included
     * @param bytes its size
     * @param sha256 of its bytes, in hexadecimal digits
     */
    @JsonPropertyOrder({"file", "format", "rows", "bytes", "sha256"})
    public record RawFile(
            @JsonProperty("file") String file,
            @JsonProperty("format") String format,
            @JsonProperty("rows") long rows,
            @JsonProperty("bytes") long bytes,
            @JsonProperty("sha256") String sha256) {
        public RawFile {
            Objects.requireNonNull(file, "file");
            Objects.requireNonNull(format, "format");
            Objects.requireNonNull(sha256, "sha256");
        }
    }

    private static String digestOf(List<String> parts) {
        return Sha256.ofText(parts.stream().collect(Collectors.joining("\n")));
    }
}
