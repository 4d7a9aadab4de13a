package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.pages.Fence;
import io.promptmill.jobs.testing.TestSpark;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What generate writes is opened by the readers that people have, with the lines that it shows them. */
@Tag("clients")
class OutputReadersIT {
    private static final Pattern SHOWN = Pattern.compile("to look at them in Python: (.+) or (.+)\\R");
    private static final Pattern PYTHON = Pattern.compile("```python\n(.+?)\n```", Pattern.DOTALL);

    @TempDir
    private Path temp;

    private final GenerateRuns runs = new GenerateRuns();

    @Test
    void readersOfPythonFindEveryRowWithTheLinesThatAreShown() throws Exception {
        Path output = temp.resolve("out");
        String input = temp.resolve("in").toString();
        TestSpark.session()
                .sql("select id, if(id = 3, null, 'The sea') as prompt, named_struct('seed', id) as sampling_params,"
                        + " array(named_struct('d', date '2024-02-29', 'm', 1.50BD)) as nested, timestamp_micros(id) as t,"
                        + " 'water' as topic"
                        + " from range(7)")
                .write()
                .parquet(input);
        String[] options = {
            "--max-new-tokens=3", "--chunks=3", "--num-return-sequences=2", "--do-sample", "--carry-sampling-params"
        };
        assertThat(runs.generate(input, output, options)).isEqualTo(ExitCode.DONE);
        int rows = 6 * 2 + 1;

        List<String> withoutCard = new ArrayList<>(shown());
        withoutCard.add("pandas.read_parquet('" + output + "')");
        withoutCard.add("duckdb.sql(\"select * from '" + output + "/*.parquet'\")");
        assertThat(python(withoutCard)).hasSize(4).containsOnly(rows);
        assertThat(TestSpark.session().read().parquet(output.toString()).count())
                .isEqualTo(rows);
        assertThat(python(ofTheReadme(output))).containsExactly(rows - 1, rows - 1, rows - 1, rows);

        assertThat(runs.generate(input, temp.resolve("carded"), with(options, "--card", "--license=cc0-1.0")))
                .isEqualTo(ExitCode.DONE);
        assertThat(python(shown())).hasSize(2).containsOnly(rows);
        assertThat(python(ofTheCard(temp.resolve("carded")))).containsExactly(rows, rows - 1, rows, rows, rows);
        assertThat(TestSpark.session()
                        .read()
                        .parquet(temp.resolve("carded") + "/*.parquet")
                        .count())
                .isEqualTo(rows);
    }

    /** The two expressions of the closing line. */
    private List<String> shown() {
        Matcher line = SHOWN.matcher(runs.out());
        assertThat(line.find()).as(runs.out()).isTrue();
        return List.of(line.group(1), line.group(2));
    }

    /** The README's lines, for that folder. */
    private static List<String> ofTheReadme(Path folder) throws Exception {
        return Fence.of("README.md").stream()
                .filter(fence ->
                        fence.language().equals("python") && !fence.text().contains("import promptmill"))
                .flatMap(fence -> fence.text().lines())
                .map(line ->
                        line.replaceAll("(?<=[\"'])generated\\b(?!_)", Matcher.quoteReplacement(folder.toString())))
                .toList();
    }

    /** What the card's lines read, the filter of the second one applied to the first, and its query. */
    private static List<String> ofTheCard(Path folder) throws Exception {
        String card = Files.readString(folder.resolve("README.md")).replace("FOLDER", folder.toString());
        Matcher block = PYTHON.matcher(card);
        assertThat(block.find()).isTrue();
        List<String> lines = block.group(1)
                .lines()
                .filter(line -> line.contains("("))
                .map(line -> line.replaceFirst("^texts = ", "").replaceFirst("^load_dataset", "datasets.load_dataset"))
                .toList();
        assertThat(lines).hasSize(4);
        String query = card.lines()
                .filter(line -> line.startsWith("SELECT"))
                .findFirst()
                .orElseThrow();
        return List.of(
                lines.get(0),
                lines.get(1).replaceFirst("^texts", Matcher.quoteReplacement(lines.get(0))),
                lines.get(2),
                lines.get(3),
                "duckdb.sql(\"" + query + "\")");
    }

    private List<Integer> python(List<String> expressions) throws Exception {
        Path python = Path.of(System.getProperty("promptmill.clients"), "python/bin/python");
        File told = temp.resolve("told.json").toFile();
        List<String> command = new ArrayList<>(List.of(python.toString(), "src/test/clients/outputs.py"));
        command.addAll(expressions);
        ProcessBuilder process =
                new ProcessBuilder(command).redirectOutput(told).redirectError(ProcessBuilder.Redirect.INHERIT);
        process.environment().put("HF_HOME", temp.resolve("hub").toString());
        process.environment().put("HF_HUB_OFFLINE", "1");
        assertThat(process.start().waitFor()).isZero();
        return Arrays.asList(new ObjectMapper().readValue(told, Integer[].class));
    }

    private static String[] with(String[] options, String... more) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
