package io.promptmill.spark.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {
    private static final List<String> NAMES = List.of("id", "prompt", "username", "max_new_tokens", "top_p");

    @Test
    void aNameThatIsNearIsSuggested() {
        assertThat(NearestName.of("Promt", NAMES)).hasValue("prompt");
        assertThat(NearestName.of("tpo_p", NAMES)).hasValue("top_p");
        assertThat(NearestName.of("user", NAMES)).hasValue("username");
        assertThat(NearestName.of("max_tokens", NAMES)).hasValue("max_new_tokens");
        assertThat(NearestName.of("idd", NAMES)).hasValue("id");
    }

    @Test
    void aNameThatNobodyCanHaveMeantIsNot() {
        assertThat(NearestName.of("text", NAMES)).isEmpty();
        assertThat(NearestName.of("key", NAMES)).isEmpty();
        assertThat(NearestName.of("body", NAMES)).isEmpty();
        assertThat(NearestName.of("anything", List.of())).isEmpty();
    }
}
