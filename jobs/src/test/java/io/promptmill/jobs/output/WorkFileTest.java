package io.promptmill.jobs.output;

import static io.promptmill.jobs.output.TestOutputs.place;
import static io.promptmill.jobs.output.TestOutputs.report;
import static io.promptmill.jobs.output.TestOutputs.work;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFileTest {
    private static final RunPlan PLAN = TestPlans.plan(4);
    private static final ChunkWork FIRST = work(place(1, "1"), 0, 100);
    private static final ChunkWork SECOND = work(place(2, "1"), 500, 600);

    @TempDir
    private Path folder;

    @Test
    void aLaterDriverAddsToWhatAnEarlierOneHasTold() throws Exception {
        run(PLAN, report(PLAN, 0, FIRST), report(PLAN, 1, FIRST));
        run(PLAN, report(PLAN, 1, SECOND), report(PLAN, 3, SECOND));
        assertThat(WorkFile.read(files(), PLAN).orElseThrow().byChunk())
                .isEqualTo(Map.of(0, FIRST, 1, SECOND, 3, SECOND));
    }

    @Test
    void whatIsToldOfAnotherRunIsNotTakenOver() throws Exception {
        run(PLAN, report(PLAN, 0, FIRST));
        RunPlan other = TestPlans.plan(4, Map.of("seed", 8));
        assertThat(WorkFile.read(files(), other)).isEmpty();
        run(other, report(other, 2, SECOND));
        assertThat(WorkFile.read(files(), other).orElseThrow().byChunk()).isEqualTo(Map.of(2, SECOND));
    }

    @Test
    void aDriverThatHasLostTheFolderWritesNothing() throws Exception {
        OutputFolder output = OutputFolder.check(files(), List.of(), ExistingOutput.REFUSED);
        output.begin(PLAN, List.of(), () -> {});
        try (WorkFile file = WorkFile.open(output, PLAN)) {
            file.add(List.of(report(PLAN, 0, FIRST)));
            output.close(); // gives the lease back
        }
        assertThat(WorkFile.read(files(), PLAN)).isEmpty();
    }

    @Test
    void aFileOfAnyBytesIsReadOrCountsAsNone() throws Exception {
        run(PLAN, report(PLAN, 0, FIRST));
        Path file = folder.resolve(RunWork.file(0));
        byte[] bytes = Files.readAllBytes(file);
        for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            try {
                assertThat(RunWork.parse(flipped).byChunk()).hasSizeLessThan(2);
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotNull();
            }
        }
        String json = Json.writeCompact(RunWork.of("f", new TreeMap<>(Map.of(0, FIRST))));
        for (String strange :
                List.of("", "null", "{}", json.replace("2026-", "soon "), json.replace("\"executor\":\"1\",", ""))) {
            assertThatThrownBy(() -> RunWork.parse(strange.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(IOException.class);
        }
    }

    private void run(RunPlan plan, ChunkReport... reports) throws Exception {
        ExistingOutput existing = Files.exists(folder.resolve(RunPlan.FILE))
                        && RunPlan.parse(Files.readAllBytes(folder.resolve(RunPlan.FILE)))
                                .equals(plan)
                ? ExistingOutput.RESUMED
                : ExistingOutput.OVERWRITTEN;
        try (OutputFolder output = OutputFolder.check(files(), List.of(), existing)) {
            output.begin(plan, List.of(), () -> {});
            try (WorkFile file = WorkFile.open(output, plan)) {
                file.add(List.of(reports));
            }
        }
    }

    private OutputFiles files() throws IOException {
        return new OutputFiles(folder.toString(), new Configuration());
    }
}
