package io.promptmill.jobs.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** The small hub of {@code src/test/clients/hub.py}, in a process of its own until it is closed. */
public final class LocalHub implements AutoCloseable {
    private final Process process;
    private final String url;

    private LocalHub(Process process) throws IOException {
        this.process = process;
        this.url = process.inputReader(StandardCharsets.UTF_8).readLine();
    }

    /**
     * Starts one.
     *
     * @param models a folder whose folders {@code NAME} and {@code OWNER/NAME} are its models
     */
    public static LocalHub of(Path models) throws IOException {
        Path python = Path.of(System.getProperty("promptmill.clients"), "python/bin/python");
        return new LocalHub(new ProcessBuilder(python.toString(), "src/test/clients/hub.py", models.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Leads the processes that inherit an environment to it alone. */
    public void putInto(Map<String, String> environment, Path home) {
        environment.keySet().removeIf(name -> name.startsWith("HF_"));
        environment.putAll(Map.of("HF_ENDPOINT", url, "HF_HOME", home.toString(), "HF_HUB_DISABLE_TELEMETRY", "1"));
    }

    public String url() {
        return url;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
