package io.promptmill.jobs.tracking;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where a model came from: the content of {@code lineage.json}. Immutable; at most one artifact of each kind, in the order
 * of the kinds.
 *
 * @param artifacts what stands between the jobs; one that does not exist is not there, such as the pretrained model of a
 *     training from scratch
 */
public record Lineage(@JsonProperty("artifacts") List<Artifact> artifacts) {
    /** Its name in the folder that it tells of. */
    public static final String FILE = "lineage.json";

    /** Of what nobody has made yet. */
    public static final Lineage NONE = new Lineage(List.of());

    public Lineage {
        artifacts =
                artifacts.stream().sorted(Comparator.comparing(Artifact::kind)).toList();
        if (artifacts.stream().map(Artifact::kind).distinct().count() < artifacts.size()) {
            throw new IllegalArgumentException("two artifacts of one kind");
        }
    }

    /** Reads a lineage from any bytes: a whole one, or an {@link IOException}. */
    public static Lineage parse(byte[] json) throws IOException {
        return Json.read(json, Lineage.class);
    }

    /** The lineage that a file of a folder tells, if it is there. */
    public static Optional<Lineage> find(OutputFiles files, String name) throws IOException {
        Optional<byte[]> json = files.find(name);
        return json.isPresent() ? Optional.of(parse(json.get())) : Optional.empty();
    }

    /** The content of {@code lineage.json}: the artifacts, and the jobs between them. */
    public byte[] json() {
        List<Step> steps = Arrays.stream(LineageJob.values())
                .filter(job -> artifact(job.output()).isPresent())
                .map(job -> new Step(
                        job, labels(job.inputs()), artifact(job.output()).get().label()))
                .toList();
        return (Json.write(new Written(steps, artifacts)) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The artifact of a kind. */
    public Optional<Artifact> artifact(ArtifactKind kind) {
        return artifacts.stream().filter(artifact -> artifact.kind() == kind).findFirst();
    }

    /**
     * This lineage with another content of an artifact: of the same name and digest it keeps its version, of another digest
     * it has the next one, of another name it begins with version 1.
     */
    public Lineage with(ArtifactKind kind, String name, String digest) {
        return with(new Artifact(kind, name, 1, digest));
    }

    /**
     * This lineage with an artifact as another lineage has it, in the place of the one of its kind: of the same name and
     * digest it keeps the version that it has here, of another digest it has the next one or that of the other lineage,
     * whichever is higher.
     */
    public Lineage with(Artifact artifact) {
        int version = artifact(artifact.kind())
                .filter(earlier -> earlier.name().equals(artifact.name()))
                .map(earlier -> earlier.digest().equals(artifact.digest())
                        ? earlier.version()
                        : Math.max(earlier.version() + 1, artifact.version()))
                .orElse(artifact.version());
        List<Artifact> changed = new ArrayList<>(without(artifact.kind()).artifacts);
        changed.add(new Artifact(artifact.kind(), artifact.name(), version, artifact.digest()));
        return new Lineage(changed);
    }

    /** This lineage where nothing of a kind took part. */
    public Lineage without(ArtifactKind kind) {
        return new Lineage(
                artifacts.stream().filter(artifact -> artifact.kind() != kind).toList());
    }

    private List<String> labels(List<ArtifactKind> kinds) {
        return kinds.stream()
                .map(this::artifact)
                .flatMap(Optional::stream)
                .map(Artifact::label)
                .toList();
    }

    /** A job with the artifacts that it read and made. */
    @JsonPropertyOrder({"job", "inputs", "output"})
    private record Step(
            @JsonProperty("job") LineageJob job,
            @JsonProperty("inputs") List<String> inputs,
            @JsonProperty("output") String output) {}

    @JsonPropertyOrder({"jobs", "artifacts"})
    private record Written(
            @JsonProperty("jobs") List<Step> jobs, @JsonProperty("artifacts") List<Artifact> artifacts) {}
}
