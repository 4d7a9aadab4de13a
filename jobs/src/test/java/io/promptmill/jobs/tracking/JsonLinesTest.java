package io.promptmill.jobs.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    @Test
    void aMetricIsALineOfWhatWasMeasured() {
        List<Metric> metrics = List.of(
                new Metric(5, 0.25, 3.5, null, null, 1e-4, 1.25, 170.0, 2.0),
                new Metric(10, 0.5, null, 3.25, 25.79, null, null, null, 4.5));
        assertThat(new String(JsonLines.write(metrics), StandardCharsets.UTF_8))
                .isEqualTo("{\"step\":5,\"epoch\":0.25,\"loss\":3.5,\"learning_rate\":1.0E-4,\"grad_norm\":1.25,"
                        + "\"tokens_per_s\":170.0,\"seconds\":2.0}\n"
                        + "{\"step\":10,\"epoch\":0.5,\"eval_loss\":3.25,\"perplexity\":25.79,\"seconds\":4.5}\n");
    }

    @Test
    void recordsComeBackAsTheyWereWritten() throws IOException {
        RunStory story = TestStories.of(TestStories.KEEPER);
        assertThat(JsonLines.read(JsonLines.write(story.metrics()), Metric.class))
                .isEqualTo(story.metrics());
        List<Sample> samples = List.of(new Sample(1, "a", "a\nb\u2028c\r\"{}"), new Sample(2, "", "😀"));
        assertThat(JsonLines.read(JsonLines.write(samples), Sample.class)).isEqualTo(samples);
        assertThat(JsonLines.read(new byte[0], Sample.class)).isEmpty();
    }

    @Test
    void aBadLineIsToldByItsNumber() {
        byte[] content = "{\"step\":1,\"epoch\":0}\n{\"step\":-2,\"epoch\":0}\n".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> JsonLines.read(content, Metric.class))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("line 2: ");
    }
}
