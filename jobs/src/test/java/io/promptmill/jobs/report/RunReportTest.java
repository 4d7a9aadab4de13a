package io.promptmill.jobs.report;

import static io.promptmill.jobs.drawing.StrictXml.elements;
import static io.promptmill.jobs.drawing.StrictXml.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.drawing.StrictXml;
import io.promptmill.jobs.tracking.Lineage;
import io.promptmill.jobs.tracking.Metric;
import io.promptmill.jobs.tracking.RunStory;
import io.promptmill.jobs.tracking.Sample;
import io.promptmill.jobs.tracking.TestStories;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class RunReportTest {
    private static final RunStory STORY = TestStories.of(TestStories.KEEPER, TestStories.BAKER);

    @Test
    void thePageShowsTheWholeRun() {
        Document page = StrictXml.parse(page(STORY));
        assertThat(texts(page, "h1")).containsExactly("lighthouse");
        assertThat(texts(page, "dt"))
                .containsExactly(
                        "Training loss",
                        "Held-out loss",
                        "Perplexity",
                        "Best step",
                        "Steps",
                        "Tokens",
                        "Time",
                        "Tokens a second");
        assertThat(texts(page, "dd"))
                .containsExactly("3.104", "3.262", "26.102", "360", "400", "409,600", "42.4 min", "173");
        assertThat(elements(page, "svg").stream().map(svg -> svg.getAttribute("aria-label")))
                .containsExactly(
                        "Loss in nats a token",
                        "Learning rate",
                        "Gradient norm before clipping",
                        "Tokens trained on in a second",
                        "How the model was made");
        assertThat(texts(page, "td")).contains("1,250", "cosine", "AVX512_VNNI", "24.0 GiB");
        assertThat(texts(page, "text")).contains("read", "prepare", "finetune", "lighthouse:v1", "dddddddddddd");
        assertThat(texts(page, "li")).hasSize(25);
        assertThat(texts(page, "summary")).first().asString().startsWith("Step 400 My dream is");
    }

    @Test
    void nothingIsAskedForFromElsewhere() {
        assertThat(page(STORY))
                .contains("default-src 'none'")
                .doesNotContainPattern("(?i)(src|href)=|@import|url\\((?!#)")
                .doesNotContain("{{");
    }

    @Test
    void aRunThatHasJustBegunHasAPage() {
        RunStory begun = new RunStory(STORY.run(), List.of(), List.of(), List.of(), Lineage.NONE);
        Document page = StrictXml.parse(page(begun));
        assertThat(texts(page, "text").stream().filter("Nothing was measured."::equals))
                .hasSize(4);
        assertThat(texts(page, "p")).contains("None were asked for.");
    }

    @Test
    void aHundredThousandLinesMakeAPageOfFewHundredKilobytes() {
        List<Metric> metrics = LongStream.range(0, 100_000)
                .mapToObj(step -> new Metric(step, 0, 3 + step % 7 / 10.0, null, null, 1e-4, 1.0, 100.0, null))
                .toList();
        RunStory story = new RunStory(STORY.run(), metrics, List.of(), List.of(), Lineage.NONE);
        assertThat(page(story).length()).isLessThan(200_000);
    }

    @Test
    void namesAndTextsOfStrangersStayTexts() {
        String hostile = "</script><script>alert(1)</script>{{loss}}$1\\\"'|\u202e\u0000";
        RunStory story = new RunStory(
                TestStories.of(hostile, List.of()).run(),
                List.of(),
                List.of(new Sample(1, hostile, hostile)),
                List.of(TestStories.user(hostile, hostile)),
                TestStories.of(hostile, List.of()).lineage());
        Document page = StrictXml.parse(page(story));
        assertThat(elements(page, "script")).hasSize(1);
        assertThat(texts(page, "h1")).containsExactly("</script><script>alert(1)</script>{{loss}}$1\\\"'|");
    }

    private static String page(RunStory story) {
        return new String(RunReport.of(story), StandardCharsets.UTF_8);
    }
}
