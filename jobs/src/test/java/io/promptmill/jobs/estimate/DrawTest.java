package io.promptmill.jobs.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrawTest {
    @Test
    void theSameAreDrawnInWhateverPartsTheyCome() {
        Draw<String> whole = new Draw<>(5);
        Draw<String> even = new Draw<>(5);
        Draw<String> odd = new Draw<>(5);
        IntStream.range(0, 100).mapToObj(i -> "id-" + i).forEach(id -> {
            whole.offer(Draw.rank(id), () -> id);
            (id.hashCode() % 2 == 0 ? even : odd).offer(Draw.rank(id), () -> id);
        });
        odd.offerAll(even);
        assertThat(odd.all()).isEqualTo(whole.all()).hasSize(5);
    }

    @Test
    void fewAreAllDrawn() {
        Draw<String> draw = new Draw<>(5);
        draw.offer(Draw.rank("a"), () -> "a");
        draw.offer(Draw.rank("b"), () -> "b");
        assertThat(draw.all()).containsExactlyInAnyOrder("a", "b");
    }
}
