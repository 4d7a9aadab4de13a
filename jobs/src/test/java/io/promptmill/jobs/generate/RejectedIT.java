package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.output.ChunkRecord;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.testing.BrokenModel;
import io.promptmill.jobs.testing.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run with rejected rows says what was wrong with them, and ends where there are more than may be. */
class RejectedIT {
    private static final String REASONS = String.join(
            System.lineSeparator(),
            "  3 rejected, the first is 10: null_prompt: the prompt is null, only a text or a list of token ids can be"
                    + " continued, be it empty, fill the prompt in or drop the row",
            "  1 failed, the first is 5: no_valid_token: ",
            "  1 rejected, the first is 7: bad_sampling_params: ");

    @TempDir
    private Path temp;

    private final GenerateRuns runs = new GenerateRuns();
    private Path output;
    private String input;
    private Path model;

    @BeforeEach
    void writeInput() throws Exception {
        output = temp.resolve("out");
        input = temp.resolve("in").toString();
        model = BrokenModel.atPosition(40, temp.resolve("model"));
        TestSpark.session()
                .sql(
                        "select id, case when id % 10 = 0 and id > 0 then null when id = 5 then repeat('sea ', 48) else 'Hi' end"
                                + " as prompt, if(id = 7, '{\"topp\": 1}', null) as sampling_params from range(40)")
                .write()
                .parquet(input);
    }

    @Test
    void tooManyRejectedRowsEndTheRunAndAHigherLimitContinuesIt() throws Exception {
        assertThat(generate(() -> false, "--dry-run", "--max-rejected=4", "--card"))
                .isEqualTo(ExitCode.DONE);
        assertThat(runs.out())
                .startsWith("40 prompts in 5 chunks to compute: 36 ok, 4 rejected" + System.lineSeparator()
                        + REASONS.lines().findFirst().orElseThrow() + System.lineSeparator()
                        + "  1 rejected, the first is 7: bad_sampling_params: ")
                .containsPattern("\nnew tokens     about \\d+, from 106 to 108\n")
                .endsWith("nothing was written" + System.lineSeparator());
        assertThat(generate(() -> false, "--dry-run", "--max-rejected=9%")).isEqualTo(ExitCode.TOO_MANY_REJECTED);
        assertThat(runs.err())
                .contains("promptmill: --max-rejected 9% is passed with 4 rejected, the run would end by that");
        assertThat(output).doesNotExist();

        // Whatever else ends it: being interrupted, or a failed row.
        assertThat(generate(() -> true, "--max-rejected=3")).isEqualTo(ExitCode.TOO_MANY_REJECTED);
        assertThat(runs.err())
                .containsPattern("promptmill: --max-rejected 3 is passed with 4 rejected: file:\\S+ holds [1-5]"
                        + " finished of 5 chunks, the same command with --resume and a higher --max-rejected continues,"
                        + " corrected prompts start anew with --overwrite");
        assertUnfinished();
        assertTheRestIsEstimated();

        assertThat(generate(() -> false, "--resume", "--max-rejected=9%")).isEqualTo(ExitCode.TOO_MANY_REJECTED);
        assertThat(runs.err())
                .containsPattern("\\d+ prompts: \\d+ ok, 4 rejected, \\d failed")
                .containsSubsequence(REASONS.split("\\R"))
                .contains("promptmill: --max-rejected 9% is passed with 4 rejected: file:" + output
                        + " holds 5 finished of 5 chunks, ");
        assertUnfinished();

        String withoutRejected = GenerateRuns.records(output).entrySet().stream()
                .filter(chunk -> chunk.getValue().counts().rejected() == 0)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        ChunkRecord record = GenerateRuns.records(output).get(withoutRejected);
        Files.delete(output.resolve(withoutRejected));
        assertThat(generate(() -> false, "--resume", "--max-rejected=3")).isEqualTo(ExitCode.TOO_MANY_REJECTED);
        assertThat(output.resolve(withoutRejected)).as("not begun").doesNotExist();

        assertThat(generate(() -> false, "--resume", "--max-rejected=10%", "--card"))
                .isEqualTo(ExitCode.DONE_WITH_FAILED_ROWS);
        assertThat(GenerateRuns.records(output)).containsEntry(withoutRejected, record);
        assertThat(runs.out())
                .startsWith("40 prompts: 35 ok, 4 rejected, 1 failed")
                .containsSubsequence(REASONS.split("\\R"))
                .contains("4 of 5 chunks were there already")
                .endsWith("or datasets.load_dataset(\"" + output + "\")" + System.lineSeparator());
        assertThat(output.resolve("README.md")).content().contains("| rejected\\: null\\_prompt | 3 |");

        Map<String, String> finished = GenerateRuns.files(output);
        assertThat(finished).containsKeys("_SUCCESS", Manifest.FILE);
        assertThat(generate(() -> false, "--resume", "--max-rejected=3")).isEqualTo(ExitCode.TOO_MANY_REJECTED);
        assertThat(runs.out())
                .contains("is finished, there is nothing to compute")
                .containsSubsequence(REASONS.split("\\R"));
        assertThat(runs.err())
                .contains("promptmill: --max-rejected 3 is passed with 4 rejected, the finished folder stays as"
                        + " it is");
        assertThat(generate(() -> false, "--resume", "--dry-run")).isEqualTo(ExitCode.DONE);
        assertThat(runs.out())
                .startsWith("0 prompts in 0 chunks to compute: 0 ok, 0 rejected")
                .contains("there already  5 chunks with 40 prompts");
        assertThat(GenerateRuns.files(output)).isEqualTo(finished);
    }

    private void assertTheRestIsEstimated() throws Exception {
        Map<String, String> left = GenerateRuns.files(output);
        Collection<ChunkRecord> done = GenerateRuns.records(output).values();
        long prompts =
                done.stream().mapToLong(chunk -> chunk.counts().prompts()).sum();
        long rejected =
                done.stream().mapToLong(chunk -> chunk.counts().rejected()).sum();
        assertThat(generate(() -> false, "--resume", "--dry-run")).isEqualTo(ExitCode.DONE);
        assertThat(runs.out())
                .containsPattern("^" + (40 - prompts) + " prompts? in " + (5 - done.size())
                        + " chunks? to compute: \\d+ ok, " + (4 - rejected) + " rejected")
                .containsPattern("there already  " + done.size() + " chunks? with " + prompts + " prompts");
        assertThat(GenerateRuns.files(output)).isEqualTo(left);
    }

    private void assertUnfinished() throws Exception {
        assertThat(GenerateRuns.files(output).keySet()).doesNotContain("_SUCCESS", Manifest.FILE);
    }

    private ExitCode generate(BooleanSupplier interrupted, String... more) throws Exception {
        List<String> options = new ArrayList<>(List.of("--model=" + model, "--max-new-tokens=3", "--chunks=5"));
        options.addAll(List.of(more));
        return runs.generate(interrupted, input, output.toString(), options.toArray(String[]::new));
    }
}
