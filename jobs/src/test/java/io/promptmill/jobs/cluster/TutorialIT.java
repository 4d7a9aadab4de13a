package io.promptmill.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tutorial of the sample prompts, as it stands there: its commands are run one after the other. */
class TutorialIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String SUBMIT = "spark-submit jobs/target/promptmill.jar ";
    private static final String FOLDER = "/tmp/dreams";

    @TempDir
    private Path temp;

    @Test
    void fourCommandsGoFromAFileOfPostsToFiveDreams() throws Exception {
        List<String> commands = commands();
        assertThat(commands)
                .extracting(command -> command.substring(0, command.indexOf(' ')))
                .containsExactly("prepare", "finetune", "models", "generate");

        assertThat(run(commands.get(0))).contains("373 posts of 3 users: 343 kept");
        assertThat(Files.readString(temp.resolve("data/counts.md")))
                .contains("| Tweets downloaded | 123 | 125 | 125 |");

        assertThat(run(commands.get(1))).contains("111 steps, 28,416 tokens in ");
        Path version = temp.resolve("models/harbour/v1");
        assertThat(Files.readString(version.resolve("README.md")))
                .contains("AI CYBORG", "Mattis Ovenby \\& Odile Fennimarsh \\& Alma Tickworth \\| clocks, retired");
        assertThat(version.resolve("report.html")).isNotEmptyFile();

        assertThat(run(commands.get(2))).containsPattern("v1 +\\d\\.\\d{4} .*@latest @best");

        assertThat(run(commands.get(3)))
                .contains("1 prompt: 1 ok, 0 rejected, 0 failed")
                .contains("5 rows in 1 file");
        List<Row> dreams = TestSpark.session()
                .read()
                .parquet(temp.resolve("generated").toString())
                .select("generated_text")
                .collectAsList();
        assertThat(dreams).hasSize(5).allSatisfy(dream -> assertThat(dream.getString(0))
                .startsWith("My dream is"));
    }

    private List<String> commands() throws IOException {
        String tutorial = Files.readString(ROOT.resolve("sample-prompts/README.md"))
                .replaceFirst("(?s)\\n# The sample model\\n.*", "");
        return Pattern.compile("^```\\n" + Pattern.quote(SUBMIT) + "(.*)\\n```$", Pattern.MULTILINE)
                .matcher(tutorial)
                .results()
                .map((MatchResult block) -> block.group(1).replace(FOLDER, temp.toString()))
                .toList();
    }

    /** Runs a command of the jar and gives what it has printed. */
    private String run(String command) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "org.apache.spark.deploy.SparkSubmit", "--master", "local[1]", System.getProperty("promptmill.jar")));
        arguments.addAll(List.of(command.split(" ")));
        Path console = temp.resolve("console.txt");
        SubmittedRun run = new SubmittedRun(
                SparkProcess.start("127.0.0.1", arguments, ROOT, temp.resolve("work"), console), console);
        assertThat(run.exitCode()).as(command + "\n" + run.printed()).isZero();
        return run.printed();
    }
}
