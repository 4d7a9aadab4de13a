package io.promptmill.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubNameTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @Test
    void aNameHasAnOwnerAndARevisionOrNone() {
        assertThat(HubName.of("gpt2")).contains(new HubName("gpt2", Optional.empty()));
        assertThat(HubName.of("openai-community/gpt2"))
                .contains(new HubName("openai-community/gpt2", Optional.empty()));
        assertThat(HubName.of("a/B_c.d-1@v1.0+x")).contains(new HubName("a/B_c.d-1", Optional.of("v1.0+x")));
        assertThat(HubName.of("a/b@refs/pr/4")).contains(new HubName("a/b", Optional.of("refs/pr/4")));
        HubName pinned = HubName.of("gpt2").orElseThrow().at(COMMIT);
        assertThat(pinned).hasToString("gpt2@" + COMMIT);
        assertThat(pinned.isPinned()).isTrue();
        assertThat(HubName.of("gpt2@" + COMMIT.substring(1)).orElseThrow().isPinned())
                .isFalse();
        assertThat(HubName.of("gpt2").orElseThrow().isPinned()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/gpt2",
                "./gpt2",
                "../gpt2",
                "gpt2/",
                "a/b/c",
                "hdfs://a/b",
                "https://huggingface.co/gpt2",
                "-gpt2",
                "gpt2-",
                "a--b",
                "a..b",
                "a/b.git",
                "a b",
                "café",
                "@main",
                "gpt2@",
                "gpt2@../../x",
                "gpt2@/x",
                "gpt2@a//b",
                "gpt2@a/",
                "gpt2@a b",
                "gpt2@a@b"
            })
    void anythingElseIsNone(String text) {
        assertThat(HubName.of(text)).isEmpty();
        assertThatThrownBy(
                        () -> new HubName(text.replaceFirst("@.*", ""), Optional.of(text.replaceFirst("[^@]*@?", ""))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(" is no name of a model of the hub");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "gpt2 |there is a blank in it",
                "gpt2@|nothing that is called a revision follows its first @",
                "gpt2@a@b|nothing that is called a revision follows its first @",
                "alice/gpt2/|it ends with a /",
                "a/b/c|it has more than one /",
                "models--alice--gpt2|that is its folder in the cache, where -- stands for the / of its name",
                "a/b.git|it ends with .git",
                "a/b:v1|each of its parts is of letters, digits, single - . and _, up to 96 of them, with a letter, digit or"
                        + " _ at both ends"
            })
    void whatKeepsATextFromBeingANameIsTold(String text, String flaw) {
        assertThat(HubName.of(text)).isEmpty();
        assertThat(HubName.flaw(text)).isEqualTo(flaw);
    }
}
