package io.promptmill.jobs.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.testing.LocalHub;
import io.promptmill.pretrained.SampleModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever has Java, Python and the jar gets to texts of a model of the hub by the commands that the README has for it. What
 * they take is printed and not judged: most of it is the download of PySpark.
 */
@Tag("clients")
class QuickStartIT {
    private static final String TOKEN = "hf_OfNobodyAtAll";

    @TempDir
    private Path folder;

    @Test
    void threeCommandsLeadFromNothingToFiveDreamsOfGpt2() throws Exception {
        SampleModel.copyTo(Files.createDirectories(folder.resolve("models/gpt2")));
        Files.createSymbolicLink(folder.resolve("jobs"), Fence.PROJECT.resolve("jobs"));
        try (LocalHub hub = LocalHub.of(folder.resolve("models"))) {
            Instant start = Instant.now();
            run(hub, "python3 -m venv .");
            run(hub, ofReadme(command -> command.startsWith("pip install pyspark")));
            Instant ready = Instant.now();
            run(hub, ofReadme(command -> command.contains("generate --model gpt2 --prompt ")));
            System.out.printf(
                    "From nothing to a Spark in %d s, from there to five texts in %d s%n",
                    Duration.between(start, ready).toSeconds(),
                    Duration.between(ready, Instant.now()).toSeconds());
        }
        assertThat(Files.readAllLines(folder.resolve("out.txt")))
                .filteredOn(line -> line.startsWith("My dream is"))
                .hasSize(5)
                .doesNotHaveDuplicates();
        assertThat(folder.resolve("err.txt"))
                .content()
                .contains(" fetching the model gpt2@", " fetching model.safetensors, ")
                .doesNotContain(TOKEN);
        assertThat(folder.resolve("home/hub/models--gpt2/refs/main")).isNotEmptyFile();
    }

    private static String ofReadme(Predicate<String> wanted) throws IOException {
        return Fence.of("README.md").stream()
                .filter(fence -> fence.language().equals("bash"))
                .flatMap(fence -> fence.commands().stream())
                .filter(wanted)
                .findFirst()
                .orElseThrow();
    }

    private void run(LocalHub hub, String command) throws Exception {
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out.txt").toFile())
                .redirectError(folder.resolve("err.txt").toFile());
        Map<String, String> environment = shell.environment();
        hub.putInto(environment, folder.resolve("home"));
        environment.put("HF_TOKEN", TOKEN);
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("PATH", folder.resolve("bin") + ":" + environment.get("PATH"));
        environment.remove("SPARK_HOME");
        int status = shell.start().waitFor();
        assertThat(status)
                .as(command + "\n" + Files.readString(folder.resolve("err.txt")))
                .isZero();
    }
}
