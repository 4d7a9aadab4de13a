package io.promptmill.jobs.tracking;

import io.promptmill.jobs.store.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * That a job begins or ends, as OpenLineage tells it: an event of its specification 2-0-2
 * (https://openlineage.io/spec/2-0-2/OpenLineage.json), which any collector takes as it is. Immutable.
 *
 * @param type what happens
 * @param time when
 * @param run id of the run, of any form; the event's UUID is made of it
 * @param job which job
 * @param lineage what it reads, and what it has made once it is complete; before that, this may be of an earlier run
 * @param codeVersion of Promptmill
 * @param error why it failed; null elsewhere
 */
public record OpenLineageEvent(
        Type type, Instant time, String run, LineageJob job, Lineage lineage, String codeVersion, String error) {
    /** Where events lie, in the folder that they tell of. */
    public static final String FOLDER = "events";

    private static final String SPECIFICATION = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/";
    private static final String FACETS = "https://openlineage.io/spec/facets/";
    private static final String NAMESPACE = "promptmill";

    /** What can happen to a job. */
    public enum Type {
        /** It begins, or goes on. */
        START,
        /** It is done. */
        COMPLETE,
        /** It ended by an error. */
        FAIL
    }

    public OpenLineageEvent {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(job, "job");
        Objects.requireNonNull(lineage, "lineage");
        Objects.requireNonNull(codeVersion, "codeVersion");
        if ((type == Type.FAIL) != (error != null)) {
            throw new IllegalArgumentException("a failure, and nothing else, has an error");
        }
    }

    /** For example {@code events/finetune-start.json}. */
    public String file() {
        return FOLDER + "/" + job + "-" + type.name().toLowerCase(Locale.ROOT) + ".json";
    }

    /** The content of its file. */
    public byte[] json() {
        Map<String, Object> event = Map.of(
                "eventType", type.name(),
                "eventTime", time.toString(),
                "producer", producer(),
                "schemaURL", SPECIFICATION + "RunEvent",
                "run", Map.of("runId", uuid().toString(), "facets", error == null ? Map.of() : errorFacet()),
                "job", Map.of("namespace", NAMESPACE, "name", job.toString(), "facets", Map.of()),
                "inputs", datasets(job.inputs()),
                "outputs", type == Type.COMPLETE ? datasets(List.of(job.output())) : List.of());
        return (Json.write(event) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The run's id as OpenLineage wants it: the same for all events of a run. */
    UUID uuid() {
        return UUID.nameUUIDFromBytes((NAMESPACE + " " + job + " " + run).getBytes(StandardCharsets.UTF_8));
    }

    private List<Map<String, Object>> datasets(List<ArtifactKind> kinds) {
        return kinds.stream()
                .map(lineage::artifact)
                .flatMap(Optional::stream)
                .map(this::dataset)
                .toList();
    }

    private Map<String, Object> dataset(Artifact artifact) {
        return Map.of(
                "namespace",
                NAMESPACE,
                "name",
                artifact.kind() + "/" + artifact.name(),
                "facets",
                Map.of(
                        "version",
                        facet(
                                FACETS + "1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet",
                                "datasetVersion",
                                Integer.toString(artifact.version())),
                        // A facet of our own: the specification has none for a digest.
                        "promptmill_digest",
                        facet(SPECIFICATION + "DatasetFacet", "sha256", artifact.digest())));
    }

    private Map<String, Object> errorFacet() {
        return Map.of(
                "errorMessage",
                Map.of(
                        "_producer",
                        producer(),
                        "_schemaURL",
                        FACETS + "1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet",
                        "message",
                        error,
                        "programmingLanguage",
                        "Java"));
    }

    private Map<String, Object> facet(String schema, String name, String value) {
        return Map.of("_producer", producer(), "_schemaURL", schema, name, value);
    }

    private String producer() {
        return "urn:promptmill:" + codeVersion;
    }
}
