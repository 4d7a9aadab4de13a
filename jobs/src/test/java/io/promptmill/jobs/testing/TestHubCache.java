package io.promptmill.jobs.testing;

import io.promptmill.jobs.store.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;

/** One model in the cache that this process has of the hub, which it may not ask. */
public final class TestHubCache {
    private final Path folder;

    /** Nothing is cached of it, whatever a test has left. */
    public TestHubCache(String name) {
        this.folder = Path.of(System.getenv("HF_HUB_CACHE"), "models--" + name.replace("/", "--"));
        FileUtil.fullyDelete(folder.toFile());
    }

    /** Adds a commit with the files of a folder, as a client without links leaves it, for which the main branch stands. */
    public TestHubCache with(String commit, Path model) throws IOException {
        Path snapshot = Files.createDirectories(snapshot(commit));
        Map<String, Object> names = new TreeMap<>();
        try (Stream<Path> files = Files.list(model)) {
            for (Path file : files.toList()) {
                Files.copy(file, snapshot.resolve(file.getFileName()));
                names.put(file.getFileName().toString(), Map.of());
            }
        }
        Path tree = Files.createDirectories(folder.resolve("trees")).resolve(commit + ".json");
        Files.writeString(tree, Json.writeCompact(Map.of("format_version", 1, "files", names)));
        return withMain(commit);
    }

    /** Lets the main branch stand for a commit. */
    public TestHubCache withMain(String commit) throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("refs")).resolve("main"), commit);
        return this;
    }

    /** Where a commit's files are. */
    public Path snapshot(String commit) {
        return folder.resolve("snapshots").resolve(commit);
    }
}
