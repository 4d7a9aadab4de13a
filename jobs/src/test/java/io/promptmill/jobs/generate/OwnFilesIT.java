package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs over a user's own files, which are not Parquet, and over prompts of the command line. */
class OwnFilesIT {
    private static final List<String> SETTINGS = List.of("--max-new-tokens=4", "--do-sample", "--seed=3");

    private final GenerateRuns runs = new GenerateRuns();

    @TempDir
    private Path temp;

    private Path in;
    private Path output;

    @BeforeEach
    void writeInput() throws IOException {
        in = Files.createDirectory(temp.resolve("in"));
        output = temp.resolve("out");
        Files.writeString(in.resolve("a.csv"), "prompt,topic\nThe sea,water\nbroken\n\"My, dream is\",sleep\n");
        Files.writeString(
                in.resolve("b.jsonl"), "{\"prompt\": \"Once\", \"topic\": \"tale\"}\n{\"topic\": \"none\"}\n");
    }

    @Test
    void ownFilesWithMadeIdsAreGeneratedResumedAndAppendedToAsParquetIs() throws Exception {
        assertThat(generate("--id-column=auto", "--chunks=3")).isEqualTo(ExitCode.DONE);
        assertThat(runs.out()).startsWith("5 prompts: 3 ok, 2 rejected, 0 failed");
        List<Row> whole = rows("id", "prompt", "topic", "status", "split(error, ',')[0]", "split(error, ', ')[1]");
        assertThat(whole)
                .extracting(Row::toString)
                .containsExactly(
                        "[a.csv#0,The sea,water,ok,null,null]",
                        "[a.csv#1,null,null,rejected,unreadable_row: the row cannot be read,1 field where the header has 2]",
                        "[a.csv#2,My, dream is,sleep,ok,null,null]",
                        "[b.jsonl#0,Once,tale,ok,null,null]",
                        "[b.jsonl#1,null,none,rejected,null_prompt: the prompt is null,only a text or a list of token ids can"
                                + " be continued]");
        assertThat(Files.readString(output.resolve(RunPlan.FILE)))
                .contains("\"format\" : \"csv\"", "\"name\" : \"b.jsonl\"", "\"id-column\" : \"auto\"");

        var chunks = GenerateRuns.chunks(output);
        for (String gone : List.of("_SUCCESS", "chunk-00001-of-00003.parquet")) {
            Files.delete(output.resolve(gone));
        }
        assertThat(generate("--id-column=auto", "--resume")).isEqualTo(ExitCode.DONE);
        assertThat(GenerateRuns.chunks(output)).isEqualTo(chunks);

        Files.writeString(in.resolve("c.txt"), "A line\nAnother\n");
        assertThat(generate("--id-column=auto", "--append")).isEqualTo(ExitCode.DONE);
        assertThat(runs.out()).startsWith("2 prompts: 2 ok, 0 rejected, 0 failed");
        assertThat(rows("id")).hasSize(7).extracting(row -> row.getString(0)).contains("c.txt#0", "c.txt#1");

        Files.setLastModifiedTime(in.resolve("a.csv"), FileTime.fromMillis(1_000));
        Files.writeString(in.resolve("d.txt"), "More\n");
        assertThatThrownBy(() -> generate("--id-column=auto", "--append"))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("append_differs: --append cannot continue the run in file:" + output
                        + ": input file file:" + in + "/a.csv was ");
    }

    @Test
    void rowsOfCsvHaveTheSequencesOfParquetWithTheSameIds() throws Exception {
        Path csv = Files.writeString(temp.resolve("p.csv"), "id,prompt\n7,The sea\n8,Once\n");
        Path parquet = temp.resolve("p.parquet");
        TestSpark.session()
                .sql("select * from values (7L, 'The sea'), (8L, 'Once') as v(id, prompt)")
                .write()
                .parquet(parquet.toString());
        runs.generate(csv.toString(), output, SETTINGS.toArray(String[]::new));
        List<Row> ofCsv = rows("string(id)", "prompt", "generated_text", "token_ids", "cumulative_logprob");
        output = temp.resolve("of-parquet");
        runs.generate(parquet.toString(), output, SETTINGS.toArray(String[]::new));
        assertThat(rows("string(id)", "prompt", "generated_text", "token_ids", "cumulative_logprob"))
                .hasSize(2)
                .isEqualTo(ofCsv);
    }

    @Test
    void promptsOfTheCommandLineArePrintedALineEachAndNothingElseIs() throws Exception {
        List<String> options = new ArrayList<>(SETTINGS);
        options.addAll(List.of(
                "--prompt=The sea",
                "--prompt=" + "x".repeat((1 << 20) + 1),
                "--prompt=Line\nbreak",
                "--num-return-sequences=2",
                "--return-full-text"));
        List<String> limited = new ArrayList<>(options);
        limited.add("--max-rejected=0");
        assertThat(runs.print(limited)).isEqualTo(ExitCode.TOO_MANY_REJECTED);
        List<String> printed = runs.out().lines().toList();
        assertThat(printed).hasSize(4);
        assertThat(printed.subList(0, 2)).allMatch(line -> line.startsWith("The sea"));
        assertThat(printed.subList(2, 4)).allMatch(line -> line.startsWith("Line\\nbreak"));
        assertThat(runs.err())
                .contains(
                        "promptmill: prompt-1 rejected: prompt_too_long: the prompt has 1048577 bytes, ",
                        "promptmill: --max-rejected 0 is passed with 1 rejected" + System.lineSeparator())
                .doesNotContain("The sea");

        List<String> kept = new ArrayList<>(options);
        kept.addAll(List.of("--output=" + output, "--layout=grouped", "--resume"));
        assertThat(runs.print(kept)).isEqualTo(ExitCode.DONE);
        assertThat(runs.out().lines()).containsExactlyElementsOf(printed);
        assertThat(runs.err()).contains("3 prompts: 2 ok, 1 rejected, 0 failed");
        assertThat(Files.readString(output.resolve(RunPlan.FILE)))
                .containsPattern("\"prompts\" : \"3 with the SHA-256 [0-9a-f]{64}\"")
                .doesNotContain("The sea");
        assertThat(runs.print(kept)).isEqualTo(ExitCode.DONE);
        assertThat(runs.out().lines()).containsExactlyElementsOf(printed);
        assertThat(runs.err()).contains("is finished, there is nothing to compute");
        kept.set(kept.indexOf("--prompt=The sea"), "--prompt=The lake");
        assertThatThrownBy(() -> runs.print(kept))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("prompts was 3 with the SHA-256 ");
    }

    private ExitCode generate(String... more) throws RefusalException, IOException {
        List<String> all = new ArrayList<>(SETTINGS);
        all.addAll(Arrays.asList(more));
        return runs.generate(in.toString(), output, all.toArray(String[]::new));
    }

    private List<Row> rows(String... columns) {
        return TestSpark.session()
                .read()
                .parquet(output.toString())
                .orderBy("id", "index")
                .selectExpr(columns)
                .collectAsList();
    }
}
