package io.promptmill.jobs.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.drawing.StrictXml;
import io.promptmill.jobs.markup.PlainLine;
import io.promptmill.jobs.tracking.TestStories;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names are whatever strangers call themselves; a card shows them and does nothing that they say. */
class HostileCardTest {
    private static final Set<String> LINKS = ReadCard.of(card("Maud")).targets();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a | b || c",
                "<script>alert(1)</script><img src=x onerror=y>",
                "](https://evil.example) [x](y)",
                "![x](https://evil.example/x.png)",
                "\"quoted\" 'twice' \\ back\\\\slash",
                "---\nlicense: evil\n---",
                "# heading\n\n- list\r\n1. list",
                "\u202ereversed\u202c \u2066x\u2069",
                "`code` ``` ~~~ **bold** _it_ ~~no~~ $x$",
                "https://evil.example www.evil.example me@evil.example",
                "no",
                "12e3",
                "null",
                "{a: b} [c] !tag *alias &anchor % @ %TAG",
                "&lt;b&gt; &#35; &copy;",
                "]]> --> <!-- <![CDATA[",
                "\u0000\u0007\ufffe\ud83d",
                "🦉🦉 名前",
                "-",
                "|",
            })
    void aNameIsShownAndNothingElse(String name) {
        CardFiles files = card(name);
        ReadCard card = ReadCard.of(files);
        String shown = PlainLine.of(name);
        assertThat(card.headings()).hasSize(8).first().isEqualTo(shown);
        assertThat(card.targets()).isEqualTo(LINKS);
        assertThat(card.html()).isEmpty();
        assertThat(card.columns())
                .allSatisfy(columns -> assertThat(Set.copyOf(columns)).hasSize(1));
        assertThat(card.header()).containsEntry("license", shown).containsEntry("language", shown);
        assertThat(card.text()).contains("never said by " + shown + ".");
        files.files().forEach((file, content) -> {
            if (file.endsWith(".svg") || file.endsWith(".html")) {
                StrictXml.parse(new String(content, StandardCharsets.UTF_8));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "ftp://example.org",
                "example.org",
                "https://",
                "https://example.org/)[x](y",
                "https://example.org/ x",
                "https://example.org/\n",
                "https://example.org/>",
            })
    void anAddressThatIsNoLinkIsRefused(String url) {
        assertThat(CardAuthor.isLink(url)).isFalse();
        assertThatThrownBy(() -> new CardAuthor("a", url, null, "mit", "en", Map.of()))
                .hasMessageStartingWith("no http or https address that a card can link to: ");
    }

    @Test
    void anAddressOfTheWebIsALink() {
        assertThat(CardAuthor.isLink("https://example.org/a?b=c&d=%20#e")).isTrue();
        assertThat(CardAuthor.isLink("HTTP://localhost:8080/~a_b*")).isTrue();
    }

    private static CardFiles card(String name) {
        return ModelCard.of(
                TestStories.of(TestStories.user("keeper", name)),
                "<|endoftext|>",
                new CardAuthor(null, null, null, name, name, Map.of()));
    }
}
