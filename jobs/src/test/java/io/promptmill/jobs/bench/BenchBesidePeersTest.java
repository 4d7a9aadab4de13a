package io.promptmill.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that compares with other systems, on commands that print made-up rates. */
class BenchBesidePeersTest {
    private static final Path SCRIPT = Path.of("..", "conf", "bench-beside-peers.sh");

    @TempDir
    private Path temp;

    @Test
    void commandsRunInTurnAndMediansAreCompared() throws Exception {
        // Each call of the bench takes the next rate.
        Files.writeString(temp.resolve("rates"), "100\n400\n200\n");
        Path bench = Files.writeString(
                temp.resolve("bench"),
                """
                echo "$@" >> %1$s/calls
                rate=$(sed -n "$(wc -l < %1$s/calls)p" %1$s/rates)
                echo '{"work":"w1","model":"any","precision":"int8","tokens_per_s":'$rate',"step_ms":{"network":1.0}}'
                """
                        .formatted(temp));
        Finished run = script(
                "sh " + bench,
                "3",
                temp.toString(),
                "ls -d $CHECKPOINT; echo '{\"peer\": \"one\", \"precision\": \"fp32\", \"tokens_per_s\": 50.0}';"
                        + " echo '{\"peer\": \"one\", \"precision\": \"bf16\", \"tokens_per_s\": 8e1}'",
                "echo '{\"peer\": \"two\", \"tokens_per_s\": 400}'");
        assertThat(run.console)
                .isEqualToNormalizingNewlines(
                        """
                run 1 of 3
                run 2 of 3
                run 3 of 3
                    median      least       most    times  tokens/s; times as fast is promptmill w1 int8
                     200.0      100.0      400.0     1.00  promptmill w1 int8
                      50.0       50.0       50.0     4.00  peer1 one fp32
                      80.0       80.0       80.0     2.50  peer1 one bf16
                     400.0      400.0      400.0     0.50  peer2 two
                """);
        assertThat(run.exitCode).isZero();
        assertThat(temp.resolve("calls")).content().startsWith("--model " + temp + " --work w2 --json\n");
    }

    @Test
    void aPeerThatFailsOrPrintsNoRateEndsTheComparison() throws Exception {
        String bench = "echo '{\"tokens_per_s\":1}' #";
        assertThat(script(bench, "1", temp.toString(), "exit 3")).satisfies(run -> {
            assertThat(run.exitCode).isEqualTo(1);
            assertThat(run.console).endsWith("failed: exit 3\n");
        });
        assertThat(script(bench, "1", temp.toString(), "echo nothing")).satisfies(run -> {
            assertThat(run.exitCode).isEqualTo(1);
            assertThat(run.console).endsWith("printed no line with \"tokens_per_s\": echo nothing\n");
        });
    }

    @Test
    void withoutACheckpointTheScriptTellsItsUsage() throws Exception {
        Finished run = script("unused", "1", temp.resolve("absent").toString());
        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.console).contains("usage: bench-beside-peers.sh CHECKPOINT_FOLDER PEER_COMMAND...");
    }

    private Finished script(String bench, String runs, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", SCRIPT.toString()));
        command.addAll(List.of(arguments));
        Path console = temp.resolve("console.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(console.toFile());
        builder.environment().put("BENCH", bench);
        builder.environment().put("BENCH_OPTIONS", "--work w2");
        builder.environment().put("RUNS", runs);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("ended in time").isTrue();
            return new Finished(process.exitValue(), Files.readString(console));
        } finally {
            process.destroyForcibly();
        }
    }

    private record Finished(int exitCode, String console) {}
}
