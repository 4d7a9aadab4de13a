package io.promptmill.jobs.finetune;

import static io.promptmill.jobs.drawing.StrictXml.elements;
import static io.promptmill.jobs.drawing.StrictXml.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.jobs.card.ReadCard;
import io.promptmill.jobs.drawing.StrictXml;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.prepare.PrepareRuns;
import io.promptmill.jobs.store.Json;
import io.promptmill.jobs.testing.SmallModel;
import io.promptmill.jobs.tracking.Artifact;
import io.promptmill.jobs.tracking.ArtifactKind;
import io.promptmill.jobs.tracking.JsonLines;
import io.promptmill.jobs.tracking.Lineage;
import io.promptmill.jobs.tracking.Metric;
import io.promptmill.jobs.tracking.RunRecord;
import io.promptmill.jobs.tracking.Sample;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/**
 * What two runs of {@code finetune} over posts of two users leave to be read, as they wrote it: records, events, page and
 * card. The second goes on from the first.
 */
class FinetuneStoryIT {
    private static final String ALICE = "Alice | <b> & Söhne";

    @TempDir
    private static Path temp;

    private static Path data;
    /** The folders of the two runs. */
    private static List<Path> runFolders;

    private static List<RunRecord> runs;

    @BeforeAll
    static void prepareAndTrainTwice() throws Exception {
        data = temp.resolve("harbour");
        List<String> posts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            posts.add(Json.writeCompact(Map.of(
                    "user", i % 2 == 0 ? "Alice" : "bob",
                    "name", i % 2 == 0 ? ALICE : "Bob",
                    "id", "p" + i,
                    "is_retweet", i % 10 == 4,
                    "text", i % 10 == 7 ? "short" : "the sea gives " + i + " boats and takes light " + i * 7)));
        }
        Path file = Files.write(temp.resolve("posts.jsonl"), posts);
        assertThat(new PrepareRuns().prepare(file, data, "--min-characters=0")).isEqualTo(ExitCode.DONE);
        Path picture = temp.resolve("bob.png");
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
        List<String> options = List.of(
                "--data=" + data,
                "--output=" + temp.resolve("models/sea"),
                "--model=" + SmallModel.in(temp.resolve("small")).folder(),
                "--learning-rate=1e-2",
                "--logging-steps=4",
                "--max-steps=18",
                "--eval-steps=8",
                "--samples=2",
                "--threads=1",
                "--author=Ada O'Neil",
                "--author-url=https://example.org/~ada",
                "--project-url=https://example.org/mill",
                "--license=mit",
                "--language=en",
                "--avatar=bob=" + picture);
        assertThat(new FinetuneRuns().finetune(options)).isEqualTo(ExitCode.DONE);
        assertThat(new FinetuneRuns()
                        .finetune(
                                options,
                                "--model=" + temp.resolve("models/sea@latest"),
                                "--max-steps=1",
                                "--samples=0"))
                .isEqualTo(ExitCode.DONE);
        runs = new ArrayList<>();
        runFolders = new ArrayList<>();
        for (String version : List.of("v1", "v2")) {
            RunRecord run = RunRecord.parse(read(version(version), "run.json"));
            runs.add(run);
            runFolders.add(temp.resolve("models/sea/runs").resolve(run.id()));
        }
    }

    @Test
    void theRecordTellsWhatWasLearnedFromAndWhatCameOfIt() throws IOException {
        RunRecord run = runs.get(0);
        assertThat(run.model()).isEqualTo("sea");
        assertThat(run.codeVersion()).isNotBlank();
        assertThat(run.machine().threads()).isEqualTo(1);
        assertThat(run.parameters())
                .contains(entry("learning-rate", 1e-2), entry("lr-scheduler-type", "cosine"), entry("seed", 42))
                .containsKeys("block-size", "dropout", "eval-steps", "max-steps", "weight-decay")
                .as("steps are in the place of epochs")
                .doesNotContainKey("num-train-epochs");
        JsonNode prepared = json(data, "data.json");
        assertThat(run.data().digest()).isEqualTo(prepared.at("/train/digest").asText());
        assertThat(run.data().heldOutDigest())
                .isEqualTo(prepared.at("/held_out/digest").asText());
        assertThat(run.data().posts() + run.data().heldOutPosts())
                .isEqualTo(prepared.at("/counts/kept").asLong())
                .isEqualTo(32);
        JsonNode published = json(version("v1"), "promptmill.json");
        assertThat(published.at("/run").asText()).isEqualTo(run.id());
        assertThat(published.at("/digest").asText()).isEqualTo(run.result().digest());
        assertThat(published.at("/losses/eval_loss").asDouble())
                .isEqualTo(run.losses().evalLoss());
        assertThat(runs.get(1).parent().version()).isEqualTo("v1");
        assertThat(runs.get(1).parent().digest()).isEqualTo(run.result().digest());
    }

    @Test
    void metricsAndSamplesHaveALineForAllThatWasMeasured() throws IOException {
        RunRecord run = runs.get(0);
        List<Metric> metrics = JsonLines.read(read(runFolders.get(0), RunFolder.METRICS), Metric.class);
        List<Metric> logged =
                metrics.stream().filter(metric -> metric.loss() != null).toList();
        List<Metric> evaluated =
                metrics.stream().filter(metric -> metric.evalLoss() != null).toList();
        assertThat(metrics).extracting(Metric::step).isSorted().doesNotHaveDuplicates();
        assertThat(logged).hasSizeGreaterThan(3).allSatisfy(metric -> {
            assertThat(metric.learningRate()).isBetween(0.0, 1e-2);
            assertThat(metric.gradNorm()).isPositive();
            assertThat(metric.tokensPerS()).isPositive();
        });
        assertThat(evaluated).hasSize(3).allSatisfy(metric -> assertThat(metric.perplexity())
                .isEqualTo(Math.exp(metric.evalLoss())));
        Metric last = metrics.get(metrics.size() - 1);
        assertThat(last.step()).isEqualTo(run.totals().steps());
        assertThat(last.epoch()).isEqualTo(run.totals().epochs());
        assertThat(run.losses().trainLoss()).isEqualTo(last.loss());
        assertThat(run.losses().evalLoss()).isEqualTo(last.evalLoss());
        List<Sample> samples = JsonLines.read(read(runFolders.get(0), RunFolder.SAMPLES), Sample.class);
        assertThat(samples)
                .hasSize(2 * evaluated.size())
                .allSatisfy(sample -> assertThat(sample.text()).startsWith("My dream is"))
                .extracting(Sample::step)
                .hasSameElementsAs(evaluated.stream().map(Metric::step).toList());
    }

    @Test
    void lineageAndEventsNameEachArtifactAndAVersionIsNewOnlyWhereItsDigestIs() throws IOException {
        Lineage first = Lineage.parse(read(runFolders.get(0), Lineage.FILE));
        Lineage second = Lineage.parse(read(runFolders.get(1), Lineage.FILE));
        assertThat(first.artifacts())
                .extracting(Artifact::label)
                .containsExactly("posts-harbour:v1", "harbour:v1", "small:v1", "sea:v1");
        assertThat(second.artifacts())
                .extracting(Artifact::label)
                .containsExactly("posts-harbour:v1", "harbour:v1", "sea:v1", "sea:v2");
        assertThat(first.artifact(ArtifactKind.FINE_TUNED).orElseThrow().digest())
                .isEqualTo(runs.get(0).result().digest())
                .isEqualTo(
                        second.artifact(ArtifactKind.PRETRAINED).orElseThrow().digest());
        assertThat(Lineage.parse(read(data, Lineage.FILE)).artifacts())
                .isEqualTo(first.artifacts().subList(0, 2));
        assertThat(json(runFolders.get(0), Lineage.FILE).get("jobs").findValuesAsText("job"))
                .containsExactly("read", "prepare", "finetune");

        JsonNode start = json(runFolders.get(0), "events/finetune-start.json");
        JsonNode complete = json(runFolders.get(0), "events/finetune-complete.json");
        assertThat(start.at("/eventType").asText()).isEqualTo("START");
        assertThat(start.at("/outputs")).isEmpty();
        assertThat(json(runFolders.get(1), "events/finetune-start.json").at("/outputs"))
                .as("v1 is not what the second run makes")
                .isEmpty();
        assertThat(complete.at("/eventType").asText()).isEqualTo("COMPLETE");
        assertThat(complete.at("/run/runId")).isEqualTo(start.at("/run/runId"));
        assertThat(complete.get("inputs").findValuesAsText("name"))
                .containsExactly("prepared/harbour", "pretrained/small");
        assertThat(complete.at("/outputs/0/name").asText()).isEqualTo("fine-tuned/sea");
        assertThat(complete.at("/outputs/0/facets/promptmill_digest/sha256").asText())
                .isEqualTo(runs.get(0).result().digest());
    }

    @Test
    void thePageShowsTheRunAndAsksForNothingFromElsewhere() throws IOException {
        RunRecord run = runs.get(0);
        String html = Files.readString(runFolders.get(0).resolve("report.html"));
        Document page = StrictXml.parse(html);
        assertThat(html)
                .contains("default-src 'none'", run.id())
                .doesNotContainPattern("(?i)(src|href)=|@import|url\\((?!#)");
        assertThat(texts(page, "h1")).containsExactly("sea");
        assertThat(elements(page, "svg").stream().map(svg -> svg.getAttribute("aria-label")))
                .containsExactly(
                        "Loss in nats a token",
                        "Learning rate",
                        "Gradient norm before clipping",
                        "Tokens trained on in a second",
                        "How the model was made");
        assertThat(elements(page, "path")).isNotEmpty();
        assertThat(texts(page, "text"))
                .contains("read", "prepare", "finetune", "posts-harbour:v1", "harbour:v1", "small:v1", "sea:v1")
                .doesNotContain("Nothing was measured.");
        assertThat(texts(page, "th")).contains(ALICE, "Bob", "Tweets downloaded");
        assertThat(texts(page, "td")).contains("20", run.data().digest(), "cosine");
        assertThat(texts(page, "li"))
                .hasSameSizeAs(JsonLines.read(read(runFolders.get(0), RunFolder.SAMPLES), Sample.class));
    }

    @Test
    void theCardHasEachItemFilledFromTheRun() throws IOException {
        RunRecord run = runs.get(0);
        Path version = version("v1");
        ReadCard card = ReadCard.of(read(version, "README.md"));
        assertThat(card.header())
                .contains(
                        entry("language", "en"),
                        entry("license", "mit"),
                        entry("library_name", "transformers"),
                        entry("pipeline_tag", "text-generation"),
                        entry("tags", List.of("text-generation", "gpt2", "promptmill", "tweets")),
                        entry("widget", List.of(Map.of("text", "My dream is"))))
                .as("the hub has no such model and data")
                .doesNotContainKeys("base_model", "datasets");
        assertThat(version.resolve((String) card.header().get("thumbnail"))).exists();
        assertThat(card.header().get("model-index").toString())
                .contains(
                        "name=sea",
                        "revision=" + run.data().heldOutDigest(),
                        "value=" + run.losses().evalLoss(),
                        "value=" + run.losses().perplexity());
        assertThat(card.headings())
                .containsExactly(
                        ALICE + " & Bob",
                        "How does it work?",
                        "Training data",
                        "Training procedure",
                        "How to use",
                        "Intended use",
                        "Limitations and bias",
                        "About");
        assertThat(card.text())
                .contains(
                        "AI CYBORG 🤖 · @alice & @bob",
                        "trained on tweets from " + ALICE + " & Bob.",
                        "Tweets downloaded| 20| 20",
                        "Retweets| 4| 0",
                        "Short tweets| 0| 4",
                        "Tweets kept| 16| 16",
                        run.data().digest(),
                        run.data().heldOutDigest(),
                        "Name| harbour",
                        "picks up from " + run.data().posts() + " texts.",
                        "based on a pre-trained small (digest \"" + run.parent().digest() + "\")",
                        "learning-rate| 0.01",
                        "lr-scheduler-type| cosine",
                        "Held-out perplexity| "
                                + String.format(
                                        Locale.ROOT, "%,.3f", run.losses().perplexity()),
                        "sea v1, \"" + run.result().digest() + "\"",
                        "limitations and biases of its base model small",
                        "never said by " + ALICE + " & Bob.",
                        "Built by \"Ada O'Neil\" (https://example.org/~ada)",
                        "License: mit. Language: en.");
        assertThat(card.code())
                .anyMatch(code -> code.contains("generate --model FOLDER"))
                .anyMatch(code -> code.contains("generator(\"<|endoftext|>My dream is\", num_return_sequences=5)"));
        assertThat(card.html()).isEmpty();
        assertThat(card.columns())
                .allSatisfy(columns -> assertThat(Set.copyOf(columns)).hasSize(1));
        assertThat(card.targets())
                .contains(
                        "run.json",
                        "report.html",
                        "counts.md",
                        "avatars.svg",
                        "pipeline.svg",
                        "loss.svg",
                        "learning-rate.svg",
                        "predictions.svg",
                        "model.safetensors",
                        "config.json",
                        "https://example.org/mill")
                .filteredOn(target -> !target.startsWith("https:"))
                .allSatisfy(target -> assertThat(version.resolve(target)).exists());
    }

    @Test
    void theFolderOfAVersionStandsAlone() throws IOException {
        Path version = version("v1");
        assertThat(read(version, "run.json")).isEqualTo(read(runFolders.get(0), "run.json"));
        assertThat(read(version, "report.html")).isEqualTo(read(runFolders.get(0), "report.html"));
        assertThat(read(version, "counts.md")).isEqualTo(read(data, "counts.md"));
        try (var files = Files.newDirectoryStream(version, "*.svg")) {
            files.forEach(file -> {
                Document svg = StrictXml.parse(text(file));
                assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
            });
        }
        Document avatars = StrictXml.parse(text(version.resolve("avatars.svg")));
        assertThat(texts(avatars, "text")).containsExactly("AB");
        assertThat(elements(avatars, "image")).hasSize(1);
        assertThat(texts(StrictXml.parse(text(version.resolve("predictions.svg"))), "text"))
                .contains("AI CYBORG", "@alice & @bob");
        BufferedImage png = ImageIO.read(version.resolve("predictions.png").toFile());
        assertThat(png.getWidth()).isEqualTo(1200);
        assertThat(png.getHeight()).isEqualTo(628);
    }

    private static Path version(String name) {
        return temp.resolve("models/sea").resolve(name);
    }

    private static byte[] read(Path folder, String file) throws IOException {
        return Files.readAllBytes(folder.resolve(file));
    }

    private static JsonNode json(Path folder, String file) throws IOException {
        return Json.read(read(folder, file), JsonNode.class);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
