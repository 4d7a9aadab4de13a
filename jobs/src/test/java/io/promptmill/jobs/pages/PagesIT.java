package io.promptmill.jobs.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.Promptmill;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.pages.ExampleCompiler.Language;
import io.promptmill.jobs.pages.ReadersFolder.ModelOfReader;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.spark.seam.ScalaCollections;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.deploy.SparkSubmitArguments;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Console;

/**
 * The pages are true: whoever types their commands and examples, from the top of a page down, gets what they say. Files are
 * those of a {@link ReadersFolder}. The options of {@code spark-submit} are read by Spark itself, the command then runs in
 * this JVM.
 */
class PagesIT {
    /** Downloads, the build that this test is a part of, and what nobody waits for: tried by hand. */
    private static final Set<String> NOT_HERE = Set.of(
            "mvn -DskipTests package",
            "mvn -DskipTests -Pspark-4 package",
            "mvn -Psample",
            "mvn verify",
            "mvn -Pfuzz test -pl udf -Dtest='TorchFuzzTest#pickle'",
            "mvn -Pchaos verify -pl jobs -am -Dchaos.points=DRIVER_MID_BATCH,EXECUTOR_MID_BATCH -Dchaos.seeds=5-8"
                    + " -Dchaos.races=none -Dchaos.report=/tmp/chaos.txt",
            "pip install pyspark==3.5.5",
            "pyspark --jars jobs/target/promptmill.jar --py-files jobs/target/promptmill.jar", // PythonIT
            "pip install pyspark==4.2.0",
            "spark-sql --jars jobs/target/promptmill.jar"
                    + " --conf spark.sql.extensions=io.promptmill.sql.PromptmillExtensions", // SqlClientsIT
            "curl -LO https://archive.apache.org/dist/spark/spark-3.5.5/spark-3.5.5-bin-hadoop3.tgz",
            "tar xzf spark-3.5.5-bin-hadoop3.tgz",
            "export PATH=\"$PWD/spark-3.5.5-bin-hadoop3/bin:$PATH\"");

    /** With packages that are not on the class path of the tests: run by TablesIT. */
    private static final String OF_A_TABLE = " --input-table ";

    private static final String TUTORIAL = "sample-prompts/README.md";

    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    @TempDir
    private Path temp;

    /** Tells every line of a page that is not true, rather than the first one. */
    private final SoftAssertions softly = new SoftAssertions();

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream console = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @Test
    void whoFollowsTheReadmeGetsTextsAModelAndWorkingExamples() throws Exception {
        ReadersFolder folder = read("README.md", ModelOfReader.SMALL);
        assertThat(text())
                .contains("3 prompts: 3 ok, 0 rejected, 0 failed", "15 rows in ")
                .contains("2 prompts: 2 ok, 0 rejected, 0 failed")
                .containsPattern("models/mine\\R.*\\R +v1 ")
                .containsPattern("(?m)(^My dream is.*\\R){5}") // of --prompt
                .contains("|sleep|", "|tales|", "|work |");
        assertThat(folder.resolve("models/mine/v1/README.md")).isNotEmptyFile();
        for (String stream : List.of("texts", "batches")) {
            assertThat(TestSpark.session()
                            .read()
                            .parquet(folder.resolve(stream).toString())
                            .filter("status = 'ok'")
                            .count())
                    .as(stream)
                    .isEqualTo(2);
        }
    }

    @Test
    void thePageOnFineTuningTrainsAndListsVersions() throws Exception {
        read(".github/FINETUNING.md", ModelOfReader.SMALL);
        assertThat(text())
                .contains("posts of 1 user")
                .containsPattern("v1 +3\\.3000")
                .containsPattern("(?m)^9 \\d+\\.\\d+$");
    }

    @Test
    void thePageOnResumingFindsARunDone() throws Exception {
        read(".github/RESUMING.md", ModelOfReader.SMALL);
        assertThat(text())
                .contains("2 prompts: 2 ok, 0 rejected, 0 failed", "is finished, there is nothing to compute");
    }

    @Test
    void thePageOnSpeedMeasures() throws Exception {
        read(".github/SPEED.md", ModelOfReader.WITH_LONG_TEXTS);
        assertThat(text()).contains("tokens/s", "nats", "\"tokens_per_s\":");
    }

    @Test
    void theTutorialGoesFromAFileOfPostsToFiveDreams() throws Exception {
        Path dreams = read(TUTORIAL, ModelOfReader.SMALL).resolve("dreams");
        assertThat(text())
                .contains("373 posts of 3 users: 343 kept")
                .contains("111 steps, 28,416 tokens in ")
                .containsPattern("v1 +\\d\\.\\d{4} .*@latest @best")
                .contains("1 prompt: 1 ok, 0 rejected, 0 failed", "5 rows in 1 file")
                .contains("38 prompts: 33 ok, 5 rejected, 0 failed"); // of the sample prompts, below it
        assertThat(Files.readString(dreams.resolve("data/counts.md")))
                .contains("| Tweets downloaded | 123 | 125 | 125 |");
        Path version = dreams.resolve("models/harbour/v1");
        assertThat(Files.readString(version.resolve("README.md")))
                .contains("AI CYBORG", "Mattis Ovenby \\& Odile Fennimarsh \\& Alma Tickworth \\| clocks, retired");
        assertThat(version.resolve("report.html")).isNotEmptyFile();
        assertThat(TestSpark.session()
                        .read()
                        .parquet(dreams.resolve("generated").toString())
                        .select("generated_text")
                        .collectAsList())
                .hasSize(5)
                .allSatisfy(dream -> assertThat(dream.getString(0)).startsWith("My dream is"));
    }

    @Test
    void otherPagesHaveNoCommandsButThoseThatAreNamedHere() throws Exception {
        Set<String> read =
                Set.of("README.md", ".github/FINETUNING.md", ".github/RESUMING.md", ".github/SPEED.md", TUTORIAL);
        List<Fence> unread = new ArrayList<>();
        Set<String> commands = new HashSet<>();
        for (String page : pages()) {
            List<Fence> fences = Fence.of(page);
            fences.forEach(fence -> commands.addAll(fence.commands()));
            if (!read.contains(page)) {
                unread.addAll(fences);
            }
        }
        read(unread, ModelOfReader.SMALL);
        assertThat(text()).isEmpty();
        assertThat(commands).containsAll(NOT_HERE);
    }

    private static List<String> pages() throws IOException {
        List<String> pages = new ArrayList<>(List.of("README.md", "conf/README.md", TUTORIAL));
        try (Stream<Path> files = Files.list(Fence.PROJECT.resolve(".github"))) {
            files.forEach(file -> pages.add(Fence.PROJECT.relativize(file).toString()));
        }
        return pages;
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private ReadersFolder read(String page, ModelOfReader model) throws Exception {
        return read(Fence.of(page), model);
    }

    /** Does what blocks say, one after the other. */
    private ReadersFolder read(List<Fence> fences, ModelOfReader model) throws Exception {
        ReadersFolder folder = ReadersFolder.in(Files.createTempDirectory(temp, "reader"), model);
        Map<Language, Queue<Example>> examples = new EnumMap<>(Language.class);
        for (Language language : Language.values()) {
            List<String> bodies = fences.stream()
                    .filter(fence -> fence.language().equals(language.toString()))
                    .map(fence -> folder.exampleOnThisMachine(fence.text()))
                    .toList();
            examples.put(
                    language,
                    new ArrayDeque<>(
                            ExampleCompiler.compile(language, bodies, folder.resolve(language + "-examples"))));
        }
        for (Fence fence : fences) {
            switch (fence.language()) {
                case "bash" -> {
                    for (String command : fence.commands()) {
                        run(command, folder);
                    }
                }
                case "java" -> run(examples.get(Language.JAVA).remove(), fence);
                case "scala" -> run(examples.get(Language.SCALA).remove(), fence);
                case "csv" -> Files.writeString(folder.resolve("prompts.csv"), fence.text() + "\n");
                case "python" -> assertThat(fence.page())
                        .as("the pages whose lines OutputReadersIT and PythonIT run")
                        .isIn("README.md", ".github/PYTHON.md");
                case "sql" -> assertThat(fence.page())
                        .as("the pages whose statements SqlPagesIT runs")
                        .isIn("README.md", ".github/SQL.md");
                case "text" -> assertThat(fence.text()) // what is shown, and drawings
                        .as("commands stand in a block of bash")
                        .doesNotContain("spark-submit ", "mvn ");
                default -> throw new AssertionError("no test knows what to do with the block of " + fence);
            }
        }
        softly.assertAll();
        return folder;
    }

    private void run(Example example, Fence fence) {
        PrintStream standard = System.out;
        System.setOut(console);
        try {
            Console.withOut(console, () -> {
                runChecked(example, fence);
                return null;
            });
        } finally {
            System.setOut(standard);
        }
    }

    private void runChecked(Example example, Fence fence) {
        try {
            example.run(TestSpark.session());
        } catch (Exception e) {
            softly.fail("the example of " + fence, e);
        }
    }

    private void run(String command, ReadersFolder folder) {
        if (NOT_HERE.contains(command) || command.contains(OF_A_TABLE)) {
            return;
        }
        List<String> words = WORD.matcher(command)
                .results()
                .map((MatchResult word) -> word.group(1) != null ? word.group(1) : word.group(2))
                .toList();
        assertThat(words.get(0))
                .as("a command that a test can run: %s", command)
                .isEqualTo("spark-submit");
        SparkSubmitArguments submitted = submitted(words.subList(1, words.size()), folder);
        assertThat(submitted.primaryResource()).as(command).endsWith("jobs/target/promptmill.jar");
        List<String> arguments = new ArrayList<>(ScalaCollections.javaList(submitted.childArgs()));
        for (int i = 1; i < arguments.size(); i++) { // the first one is the command's own name
            arguments.set(i, folder.onThisMachine(arguments.get(i)));
        }
        if (arguments.get(0).equals("bench")) {
            arguments.addAll(List.of("--tasks=1", "--seconds=0", "--warmup-seconds=0"));
            if (!arguments.contains("--model")) {
                arguments.add("--shape=1x16x2x300");
            }
        }
        int before = text().length();
        ExitCode code = Promptmill.run(arguments.toArray(String[]::new), console, console);
        softly.assertThat(code).as("%s: %s", command, text().substring(before)).isEqualTo(ExitCode.DONE);
    }

    /** What Spark makes of the words after {@code spark-submit}. */
    private static SparkSubmitArguments submitted(List<String> words, ReadersFolder folder) {
        List<String> options = new ArrayList<>(words);
        int file = options.indexOf("--properties-file") + 1;
        if (file > 0) {
            options.set(file, folder.onThisMachine(options.get(file)));
        }
        return new SparkSubmitArguments(
                ScalaCollections.seq(options),
                new scala.collection.immutable.Map.Map1<>("HADOOP_CONF_DIR", "of a cluster"));
    }
}
