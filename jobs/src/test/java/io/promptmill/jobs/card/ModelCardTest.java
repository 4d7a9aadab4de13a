package io.promptmill.jobs.card;

import static io.promptmill.jobs.drawing.StrictXml.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.promptmill.jobs.counts.UserCounts;
import io.promptmill.jobs.drawing.AvatarImage;
import io.promptmill.jobs.drawing.AvatarRowTest;
import io.promptmill.jobs.drawing.StrictXml;
import io.promptmill.jobs.tracking.ModelReference;
import io.promptmill.jobs.tracking.RunStory;
import io.promptmill.jobs.tracking.TestStories;
import io.promptmill.jobs.tracking.TrainingData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cards of runs over one user, several and none, read by strict readers of YAML and Markdown. */
class ModelCardTest {
    private static final String PREFIX = "<|endoftext|>";
    private static final CardAuthor AUTHOR =
            new CardAuthor("Ada O'Neil", "https://example.org/~ada", "https://example.org/mill", "mit", "en", Map.of());

    @Test
    void aCardOfOneUserHasAllFilesThatItNames() {
        CardFiles card = ModelCard.of(TestStories.of(TestStories.KEEPER), PREFIX, AUTHOR);
        assertThat(card.warnings()).isEmpty();
        assertThat(card.files())
                .containsOnlyKeys(
                        "README.md",
                        "avatars.svg",
                        "counts.md",
                        "learning-rate.svg",
                        "loss.svg",
                        "pipeline.svg",
                        "predictions.png",
                        "predictions.svg",
                        "report.html",
                        "run.json");
        ReadCard read = ReadCard.of(card);
        assertThat(read.targets())
                .containsAll(card.files().keySet().stream()
                        .filter(name -> !Set.of("README.md", "predictions.png").contains(name))
                        .toList())
                .contains("model.safetensors", "config.json", "https://example.org/~ada", "https://example.org/mill");
    }

    @Test
    void theHeaderIsWhatTheHubReads() {
        Map<String, Object> header = ReadCard.of(ModelCard.of(TestStories.of(TestStories.KEEPER), PREFIX, AUTHOR))
                .header();
        assertThat(header.keySet())
                .containsExactly(
                        "language",
                        "license",
                        "base_model",
                        "library_name",
                        "pipeline_tag",
                        "tags",
                        "widget",
                        "thumbnail",
                        "model-index");
        assertThat(header)
                .contains(
                        entry("language", "en"),
                        entry("license", "mit"),
                        entry("base_model", "openai-community/gpt2"),
                        entry("library_name", "transformers"),
                        entry("pipeline_tag", "text-generation"),
                        entry("tags", List.of("text-generation", "gpt2", "promptmill", "tweets")),
                        entry("widget", List.of(Map.of("text", "My dream is"))),
                        entry("thumbnail", "predictions.png"))
                .containsEntry(
                        "model-index",
                        List.of(Map.of(
                                "name",
                                "lighthouse",
                                "results",
                                List.of(Map.of(
                                        "task",
                                        Map.of("type", "text-generation", "name", "Text generation"),
                                        "dataset",
                                        Map.of(
                                                "type",
                                                "lighthouse-data",
                                                "name",
                                                "lighthouse-data",
                                                "split",
                                                "held-out",
                                                "revision",
                                                "ee".repeat(32)),
                                        "metrics",
                                        List.of(
                                                Map.of(
                                                        "type",
                                                        "loss",
                                                        "name",
                                                        "Held-out loss (nats a token)",
                                                        "value",
                                                        3.262),
                                                Map.of(
                                                        "type",
                                                        "perplexity",
                                                        "name",
                                                        "Held-out perplexity",
                                                        "value",
                                                        Math.exp(3.262))))))));
    }

    @ParameterizedTest
    @CsvSource({
        "/models/gpt2,, openai-community/gpt2",
        "distilgpt2,, distilbert/distilgpt2",
        "/hub/models--huggingtweets--elonmusk/snapshots/607a30d,, huggingtweets/elonmusk",
        "/hub/models--gpt2/snapshots/607a30d,, gpt2",
        "sample-model,,",
        "models/mine,,",
        "/hub/models--a--b<c/snapshots/607a30d,,",
        "/models/gpt2/v1, v1,"
    })
    void aModelIsNamedAsOnTheHubWhereItsPlaceTellsForCertain(String location, String version, String id) {
        assertThat(HubId.of(new ModelReference(location, version, "cc"))).isEqualTo(Optional.ofNullable(id));
    }

    @Test
    void dataOfTheHubAreNamedAndOtherDataAreNot() {
        TrainingData data = new TrainingData(
                "/hub/datasets--some--tweets/snapshots/607a30d", "bb", null, null, null, 64, null, 1, 64);
        assertThat(HubId.of(data)).hasValue("some/tweets");
        assertThat(HubId.of(TestStories.of().run().data())).isEmpty();
    }

    @Test
    void theBodyTellsWhatTheModelIsAndHowItWasMade() {
        ReadCard card = ReadCard.of(ModelCard.of(TestStories.of(TestStories.KEEPER), PREFIX, AUTHOR));
        assertThat(card.headings())
                .containsExactly(
                        "Maud Hale",
                        "How does it work?",
                        "Training data",
                        "Training procedure",
                        "How to use",
                        "Intended use",
                        "Limitations and bias",
                        "About");
        assertThat(card.text())
                .contains(
                        "AI BOT 🤖 · @keeper_of_light",
                        "trained on tweets from Maud Hale.",
                        "Tweets downloaded| 1,250",
                        "learning-rate| 1.372e-4",
                        "based on a pre-trained openai-community/gpt2 (digest",
                        "Name| lighthouse-data",
                        "picks up from 2,430 texts. Its texts",
                        "Held-out perplexity| 26.102",
                        "lighthouse v3",
                        "bb".repeat(32),
                        "never said by Maud Hale.",
                        "Built by \"Ada O'Neil\" (https://example.org/~ada)",
                        "License: mit.");
        assertThat(card.code())
                .contains(
                        "TextGenerationPipeline.of(\"FOLDER\").generate(\"My dream is\", Map.of(\"num_return_sequences\", 5))",
                        "from transformers import pipeline\ngenerator = pipeline(\"text-generation\", model=\"FOLDER\")\n"
                                + "generator(\"<|endoftext|>My dream is\", num_return_sequences=5)");
        assertThat(card.columns())
                .allSatisfy(columns -> assertThat(Set.copyOf(columns)).hasSize(1));
        assertThat(card.columns().get(0)).hasSize(6).containsOnly(2);
    }

    @Test
    void severalUsersAreACyborg() {
        RunStory story = TestStories.of(TestStories.KEEPER, TestStories.BAKER, TestStories.CLOCKS);
        CardFiles files = ModelCard.of(story, PREFIX, CardAuthor.NOBODY);
        ReadCard card = ReadCard.of(files);
        assertThat(card.headings()).first().isEqualTo("Maud Hale & Ivo, baker at night & Tobias Wren");
        assertThat(card.text()).contains("AI CYBORG 🤖 · @keeper_of_light & @nightbaker & @oldclocks");
        assertThat(card.columns().get(0)).containsOnly(4);
        assertThat(texts(StrictXml.parse(text(files, "avatars.svg")), "text")).containsExactly("MH", "IB", "TW");
        assertThat(texts(StrictXml.parse(text(files, "predictions.svg")), "text"))
                .contains("AI CYBORG", "@keeper_of_light & @nightbaker & @oldclocks");
    }

    @Test
    void dataWithoutUsersMakesACardWithoutThem() {
        CardFiles files = ModelCard.of(TestStories.of(), "", CardAuthor.NOBODY);
        ReadCard card = ReadCard.of(files);
        assertThat(files.files()).doesNotContainKeys("avatars.svg", "counts.md");
        assertThat(card.headings()).first().isEqualTo("lighthouse");
        assertThat(card.text())
                .contains("AI MODEL", "texts of lighthouse-data.", "Prompts are continued as they are.")
                .contains("License: unknown. Language: unknown.")
                .doesNotContain("Built by");
        assertThat(card.header())
                .containsEntry("license", "unknown")
                .doesNotContainKey("language")
                .containsEntry("tags", List.of("text-generation", "gpt2", "promptmill"));
        assertThat(card.code()).anyMatch(code -> code.contains("generator(\"My dream is\","));
    }

    @Test
    void whoHasNoPostInTheDataIsNotNamed() {
        UserCounts optedOut = new UserCounts("optedout42", "Out Fortytwo", 100, 0, 0, 0, 0, 100, 0, 0, 0);
        CardFiles files = ModelCard.of(TestStories.of(TestStories.KEEPER, optedOut), PREFIX, CardAuthor.NOBODY);
        assertThat(files.files().keySet().stream().filter(name -> !name.endsWith(".png")))
                .allSatisfy(name -> assertThat(text(files, name)).doesNotContain("optedout42", "Out Fortytwo"));
        assertThat(ReadCard.of(files).text()).contains("AI BOT", "Tweets downloaded| 1,250| 100", "Opted out| 0| 100");
    }

    @Test
    void whereNoPngCanBeDrawnOneWarningSaysSoAndTheSvgIsShown() throws IOException {
        byte[] damaged = Arrays.copyOf(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}, 50);
        CardAuthor author =
                new CardAuthor(null, null, null, "mit", "en", Map.of("keeper_of_light", AvatarImage.of(damaged)));
        CardFiles files = ModelCard.of(TestStories.of(TestStories.KEEPER), PREFIX, author);
        assertThat(files.warnings())
                .singleElement()
                .asString()
                .startsWith("the card has no predictions.png, only predictions.svg: ");
        assertThat(files.files()).doesNotContainKey("predictions.png").containsKey("predictions.svg");
        assertThat(ReadCard.of(files).header()).containsEntry("thumbnail", "predictions.svg");
    }

    @Test
    void aPictureOfNobodyInTheDataIsWarnedOf() throws IOException {
        CardAuthor author =
                new CardAuthor(null, null, null, "mit", "en", Map.of("keeper", AvatarImage.of(AvatarRowTest.png())));
        assertThat(ModelCard.of(TestStories.of(TestStories.KEEPER), PREFIX, author)
                        .warnings())
                .containsExactly("the picture of keeper is not shown: nothing was learned from a user of that name");
    }

    private static String text(CardFiles files, String name) {
        return new String(files.files().get(name), StandardCharsets.UTF_8);
    }
}
