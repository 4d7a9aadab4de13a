package io.promptmill.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.hub.Hub;
import io.promptmill.hub.HubModel;
import io.promptmill.hub.HubName;
import io.promptmill.jobs.testing.LocalHub;
import io.promptmill.jobs.testing.SmallModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One cache for Promptmill and the client that people have: what either fetches, the other finds. */
@Tag("clients")
class HubClientsIT {
    private static final Path BIN = Path.of(System.getProperty("promptmill.clients", ""), "python/bin");
    private static final HubName NAME = HubName.of("tests/small").orElseThrow();
    private static final String LOAD = "from transformers import AutoModelForCausalLM, AutoTokenizer;"
            + " model = AutoModelForCausalLM.from_pretrained('tests/small');"
            + " print(AutoTokenizer.from_pretrained('tests/small')('the sea').input_ids, model.num_parameters())";

    /** What a cache is found to be by the client's own look at it. */
    private static final String SCAN =
            "from huggingface_hub import scan_cache_dir, snapshot_download; s = scan_cache_dir();"
                    + " print(len(s.warnings), [(r.repo_id, len(r.revisions), r.nb_files, sorted(r.refs)) for r in s.repos],"
                    + " snapshot_download('tests/small', local_files_only=True))";

    @TempDir
    private static Path models;

    private static LocalHub hub;
    private static String digest;

    @TempDir
    private Path home;

    @BeforeAll
    static void start() throws Exception {
        Path small = SmallModel.in(models.resolve("tests/small")).folder();
        Files.writeString(small.resolve("README.md"), "a card");
        Files.writeString(small.resolve("tf_model.h5"), "other weights");
        digest = digest(small);
        hub = LocalHub.of(models);
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void whatTheClientHasFetchedIsReadWithoutANetwork() throws Exception {
        run(Map.of(), "hf", "download", "tests/small");
        HubModel model = offline();
        assertThat(model.warnings()).isEmpty();
        assertThat(digest(model.folder())).isEqualTo(digest);
        Map<Path, String> before = files();
        assertThat(online()).isEqualTo(model);
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void whatTransformersHasFetchedIsReadWithoutANetwork() throws Exception {
        run(Map.of(), "python", "-c", LOAD);
        HubModel model = offline();
        // Without peft it does not ask for an adapter's settings, so that the cache cannot tell.
        assertThat(model.warnings())
                .allSatisfy(warning -> assertThat(warning).contains("has adapter_config.json is not known"));
        assertThat(digest(model.folder())).isEqualTo(digest);
    }

    @Test
    void whatIsFetchedHereTheClientAndTransformersFind() throws Exception {
        HubModel model = online();
        assertThat(model.folder().resolve("tf_model.h5")).doesNotExist();
        Map<String, String> offline = Map.of("HF_HUB_OFFLINE", "1");
        assertThat(run(offline, "python", "-c", SCAN))
                .endsWith("0 [('tests/small', 1, 5, ['main'])] " + model.folder() + "\n");
        assertThat(run(offline, "python", "-c", LOAD)).contains("[");
        Map<Path, String> before = files();
        run(Map.of(), "hf", "download", "tests/small", "config.json", "model.safetensors", "tokenizer.json");
        assertThat(files()).containsAllEntriesOf(before);
    }

    @Test
    void bothAtOnceLeaveAWholeCache() throws Exception {
        Process client = process(Map.of(), "hf", "download", "tests/small").start();
        HubModel model = online();
        assertThat(client.waitFor()).isZero();
        assertThat(run(Map.of("HF_HUB_OFFLINE", "1"), "python", "-c", SCAN))
                .endsWith("0 [('tests/small', 1, 7, ['main'])] " + model.folder() + "\n");
        assertThat(digest(model.folder())).isEqualTo(digest);
        assertThat(files().keySet()).noneMatch(file -> file.toString().endsWith("incomplete"));
    }

    @Test
    void aLockOfTheClientsIsWaitedFor() throws Exception {
        HubModel model = online();
        Path blob = model.folder().resolve("model.safetensors").toRealPath();
        Files.delete(blob);
        Path lock = home.resolve("hub/.locks/models--tests--small/" + blob.getFileName() + ".lock");
        String held = "import sys, huggingface_hub.utils as u\n"
                + "with u.WeakFileLock('" + lock + "'):\n"
                + "  print('held', flush=True); sys.stdin.readline()\n"
                + "  open('" + blob + "', 'wb').write(open('" + models
                + "/tests/small/model.safetensors', 'rb').read())\n";
        Process client = process(Map.of(), "python", "-c", held)
                .redirectOutput(ProcessBuilder.Redirect.PIPE)
                .start();
        assertThat(client.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("held");
        Thread fetching = new Thread(() -> {
            try {
                online();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        fetching.start();
        fetching.join(1000);
        assertThat(fetching.isAlive()).isTrue();
        assertThat(blob).doesNotExist();
        client.outputWriter().append("go on\n").close();
        fetching.join();
        assertThat(client.waitFor()).isZero();
        assertThat(online()).isEqualTo(model);
        assertThat(digest(model.folder())).isEqualTo(digest);
    }

    private HubModel online() throws Exception {
        return Hub.with(Map.of("HF_ENDPOINT", hub.url(), "HF_HOME", home.toString()))
                .bring(NAME);
    }

    private HubModel offline() throws Exception {
        return Hub.with(Map.of("HF_HOME", home.toString(), "HF_HUB_OFFLINE", "1"))
                .bring(NAME);
    }

    private ProcessBuilder process(Map<String, String> more, String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(BIN.resolve(program).toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = process.environment();
        hub.putInto(environment, home);
        environment.put("NO_COLOR", "1");
        environment.putAll(more);
        return process;
    }

    private String run(Map<String, String> more, String program, String... arguments) throws Exception {
        Path told = home.resolve("told.txt");
        int status = process(more, program, arguments)
                .redirectOutput(told.toFile())
                .start()
                .waitFor();
        assertThat(status).as(Files.readString(told)).isZero();
        return Files.readString(told);
    }

    /** All files of the cache but locks, with what links lead to. */
    private Map<Path, String> files() throws IOException {
        Map<Path, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(home.resolve("hub"))) {
            for (Path file : all.filter(path -> !Files.isDirectory(path)).toList()) {
                files.put(
                        file,
                        Files.isSymbolicLink(file)
                                ? Files.readSymbolicLink(file).toString()
                                : "");
            }
        }
        return files;
    }

    private static String digest(Path folder) throws Exception {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return checkpoint.digest();
        }
    }
}
