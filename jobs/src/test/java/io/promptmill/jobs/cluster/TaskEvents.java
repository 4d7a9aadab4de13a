package io.promptmill.jobs.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What Spark's event log tells of the tasks that generate, one a chunk, and of lost executors.
 *
 * @param attempts how each ended
 * @param removed why each executor that left before the end was removed, by its id
 */
record TaskEvents(List<Attempt> attempts, Map<String, String> removed) {
    /**
     * One attempt at a chunk.
     *
     * @param chunk the number of its partition, which is that of its chunk where no chunk was there before
     * @param end {@code Success}, or Spark's name of what went wrong
     */
    record Attempt(int chunk, String executor, String host, String end) {}

    /** Settings with which an application writes its events into a folder that is there. */
    static List<String> options(Path folder) {
        return List.of(
                "--conf=spark.eventLog.enabled=true",
                "--conf=spark.eventLog.compress=false",
                "--conf=spark.eventLog.rolling.enabled=false",
                "--conf=spark.eventLog.dir=" + folder.toUri());
    }

    /** Those of the one application that has written there. */
    static TaskEvents read(Path folder) throws IOException {
        ObjectMapper json = new ObjectMapper();
        Set<Integer> generating = new HashSet<>();
        List<Attempt> attempts = new ArrayList<>();
        Map<String, String> removed = new TreeMap<>();
        for (String line : Files.readAllLines(log(folder))) {
            JsonNode event = json.readTree(line);
            switch (event.get("Event").asText()) {
                case "SparkListenerJobStart" -> {
                    if (event.at("/Properties/spark.job.description").asText().contains("generating")) {
                        event.get("Stage IDs").forEach(stage -> generating.add(stage.asInt()));
                    }
                }
                case "SparkListenerTaskEnd" -> {
                    if (generating.contains(event.get("Stage ID").asInt())
                            && event.get("Task Type").asText().equals("ResultTask")) {
                        JsonNode task = event.get("Task Info");
                        attempts.add(new Attempt(
                                task.get("Partition ID").asInt(),
                                task.get("Executor ID").asText(),
                                task.get("Host").asText(),
                                event.at("/Task End Reason/Reason").asText()));
                    }
                }
                case "SparkListenerExecutorRemoved" -> removed.put(
                        event.get("Executor ID").asText(),
                        event.get("Removed Reason").asText());
                default -> {} // of others
            }
        }
        return new TaskEvents(attempts, removed);
    }

    private static Path log(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
