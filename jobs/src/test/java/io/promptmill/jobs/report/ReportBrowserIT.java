package io.promptmill.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.generate.GenerateRuns;
import io.promptmill.jobs.output.ChunkReport;
import io.promptmill.jobs.output.Manifest;
import io.promptmill.jobs.output.RunPlan;
import io.promptmill.jobs.output.SampleRow;
import io.promptmill.jobs.output.TestOutputs;
import io.promptmill.jobs.output.TestPlans;
import io.promptmill.jobs.testing.TestSpark;
import io.promptmill.jobs.tracking.TestStories;
import io.promptmill.spark.rows.ProblemCount;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages as a browser shows them on a desk and on a phone, on light and on dark ground. */
@Tag("clients")
class ReportBrowserIT {
    private static final String SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    private static final String LONG = "Donau" + "dampfschiff".repeat(15);
    private static final String HEBREW = "\u05d7\u05dc\u05d5\u05dd \u05e9\u05dc\u05d9";
    private static final String EMOJI = "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 \ud83c\udf0a";

    /** Of letters, in pixels. */
    private static final double LEAST_SIZE = 10;

    @TempDir
    private static Path temp;

    private static Manifest manifest;
    private static List<JsonNode> ofRun;
    private static List<JsonNode> ofManyExecutors;
    private static List<JsonNode> ofTraining;

    @BeforeAll
    static void openPages() throws Exception {
        Path run = run();
        manifest = Manifest.parse(Files.readAllBytes(run.resolve(Manifest.FILE)));
        Path many = Files.write(temp.resolve("many.html"), manyExecutors());
        Path training = Files.write(
                temp.resolve("training.html"),
                RunReport.of(TestStories.of(TestStories.KEEPER, TestStories.BAKER, TestStories.CLOCKS)));
        List<JsonNode> views = open(run.resolve("_promptmill/report.html"), many, training);
        assertThat(views).hasSize(12);
        ofRun = views.subList(0, 4);
        ofManyExecutors = views.subList(4, 8);
        ofTraining = views.subList(8, 12);
    }

    /** Prompts of which some are rejected, and all others are a stranger's. */
    private static Path run() throws Exception {
        String input = temp.resolve("in").toString();
        TestSpark.session()
                .sql("select id, case when id = 3 then null when id = 9 then repeat('The sea ', 20000)"
                        + " else '" + SCRIPT + " '"
                        + " || element_at(array('" + LONG + "', '" + HEBREW + "', '" + EMOJI + "'), int(id % 3) + 1)"
                        + " end as prompt, if(id = 14, '{\"temperature\": -1}', null) as sampling_params"
                        + " from range(20)")
                .write()
                .parquet(input);
        Path output = temp.resolve("out");
        assertThat(new GenerateRuns()
                        .generate(input, output, "--chunks=4", "--max-new-tokens=12", "--stop=e", "--do-sample"))
                .isEqualTo(ExitCode.DONE);
        return output;
    }

    /** A night on more executors than the drawing has lanes for. */
    private static byte[] manyExecutors() throws IOException {
        RunPlan plan = TestPlans.plan(120, Map.of("prefix", LONG, "stop", List.of(SCRIPT, HEBREW)));
        List<ChunkReport> reports = new ArrayList<>();
        for (int chunk = 0; chunk < 120; chunk++) {
            long begun = chunk / 60 * 4000L;
            reports.add(TestOutputs.report(
                    plan,
                    chunk,
                    TestOutputs.work(TestOutputs.place(1, String.valueOf(chunk % 60)), begun, begun + 3000 + chunk),
                    "prompt_too_long",
                    LONG,
                    "prompt_too_long: it has 2,000 tokens, why, remedy"));
        }
        return GenerationReport.of(
                TestOutputs.write(temp.resolve("many"), plan, reports),
                List.of(new SampleRow(LONG, HEBREW, EMOJI + LONG, "length")));
    }

    private static List<JsonNode> open(Path... pages) throws Exception {
        Path browser = Path.of(System.getProperty("promptmill.clients"), "browser");
        List<String> command = new ArrayList<>(List.of(
                browser.resolve("bin/node").toString(), "src/test/clients/browser/pages.mjs", browser.toString()));
        for (Path page : pages) {
            command.add(page.toString());
        }
        File found = temp.resolve("found.json").toFile();
        Process process = new ProcessBuilder(command)
                .redirectOutput(found)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor()).isZero();
        List<JsonNode> views = new ArrayList<>();
        new ObjectMapper().readTree(found).forEach(views::add);
        return views;
    }

    @Test
    void aRunIsToldOfAsItsManifestHasIt() {
        assertThat(manifest.rejected()).isEqualTo(3);
        for (JsonNode view : ofRun) {
            assertThat(view.get("title").asText()).isEqualTo("Texts of sample-model");
            assertThat(view.get("heading").asText()).isEqualTo("Texts of sample-model");
            JsonNode figures = view.get("figures");
            assertThat(figures.get("Prompts").asText()).isEqualTo("20");
            assertThat(figures.get("of them ok").asText()).isEqualTo("17");
            assertThat(figures.get("Sequences").asText())
                    .isEqualTo(RunTables.whole(manifest.sequences().sequences()));
            assertThat(figures.get("Tokens").asText()).isEqualTo(RunTables.whole(manifest.generatedTokens()));
            assertThat(figures.get("Rows").asText()).isEqualTo(RunTables.whole(manifest.rows()));
            assertThat(textsOfDrawing(view, "Prompts by outcome"))
                    .containsExactly(
                            "Prompts by outcome", "ok", "17 · 85.0 %", "rejected", "3 · 15.0 %", "failed", "0 · 0.0 %");
            assertThat(textsOfDrawing(view, "Sequences by what ended them"))
                    .filteredOn(text -> text.contains("·"))
                    .extracting(text -> text.replaceAll(" ·.*", ""))
                    .containsExactly(
                            RunTables.whole(manifest.sequences().endToken()),
                            RunTables.whole(manifest.sequences().stopString()),
                            RunTables.whole(manifest.sequences().lengthLimit()));
            List<String> rows = new ArrayList<>();
            view.get("rows").forEach(row -> rows.add(String.join(" | ", texts(row))));
            for (ProblemCount problem : manifest.problems()) {
                assertThat(rows)
                        .anyMatch(row -> row.startsWith(
                                String.join(" | ", problem.code(), problem.status(), "1", problem.firstId(), "")));
            }
        }
        assertThat(manifest.problems())
                .extracting(ProblemCount::code)
                .containsExactlyInAnyOrder("null_prompt", "prompt_too_long", "bad_sampling_params");
    }

    @Test
    void whatStrangersWroteIsShownAndNotRun() {
        for (JsonNode view : ofRun) {
            assertThat(texts(view.get("samples"))).hasSizeGreaterThan(3).allMatch(text -> text.startsWith(SCRIPT));
            assertThat(view.get("scripts").asInt()).isEqualTo(1);
        }
    }

    @Test
    void aTrainingIsToldOf() {
        for (JsonNode view : ofTraining) {
            assertThat(view.get("heading").asText()).isEqualTo("lighthouse");
            assertThat(view.get("figures").get("Held-out loss").asText()).isEqualTo("3.262");
            assertThat(textsOfDrawing(view, "Loss in nats a token")).contains("training", "held out");
            assertThat(texts(view.get("samples"))).hasSize(25);
        }
    }

    @Test
    void thePointerIsToldWhereItIsOnACurve() {
        assertThat(ofManyExecutors)
                .allSatisfy(view -> assertThat(view.get("tip").asText()).matches("all: [\\d,.]+ at [\\d.]+"));
        assertThat(ofTraining).allSatisfy(view -> assertThat(view.get("tip").asText())
                .matches("training: [\\d.]+ at \\d+\nheld out: [\\d.]+ at \\d+"));
    }

    @Test
    void eachPageAsksForNothingFitsItsScreenAndCanBeRead() {
        Set<String> grounds = new HashSet<>();
        for (List<JsonNode> views : List.of(ofRun, ofManyExecutors, ofTraining)) {
            for (JsonNode view : views) {
                String where = view.get("file").asText() + " " + view.get("width") + " " + view.get("scheme");
                assertThat(texts(view.get("requests")))
                        .as(where)
                        .containsExactly("file://" + view.get("file").asText());
                assertThat(texts(view.get("complaints"))).as(where).isEmpty();
                assertThat(view.get("scrollWidth").asInt())
                        .as(where)
                        .isEqualTo(view.get("clientWidth").asInt())
                        .isEqualTo(view.get("width").asInt());
                assertThat(texts(view.get("outside"))).as(where).isEmpty();
                assertThat(texts(view.get("covered"))).as(where).isEmpty();
                assertThat(texts(view.get("faint"))).as(where).isEmpty();
                assertThat(view.get("smallest").asDouble()).as(where).isGreaterThanOrEqualTo(LEAST_SIZE);
                assertThat(view.get("drawings")).as(where).hasSizeGreaterThan(4).allSatisfy(drawing -> {
                    assertThat(drawing.get("width").asDouble()).isGreaterThan(320);
                    assertThat(drawing.get("height").asDouble()).isGreaterThan(60);
                });
                grounds.add(view.get("scheme").asText() + " " + view.get("page").asText());
            }
        }
        assertThat(grounds).containsExactlyInAnyOrder("light rgb(243, 245, 248)", "dark rgb(13, 17, 23)");
    }

    private static List<String> textsOfDrawing(JsonNode view, String name) {
        for (JsonNode drawing : view.get("drawings")) {
            if (drawing.get("name").asText().equals(name)) {
                return texts(drawing.get("texts"));
            }
        }
        throw new AssertionError("no drawing " + name);
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
