package io.promptmill.jobs.markup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkupTest {
    @Test
    void whiteSpaceAndControlCharactersAreOneBlank() {
        assertThat(PlainLine.of(" a\r\n---\t\u0000\u2028 \u0085\u009bb\u00a0")).isEqualTo("a --- b");
        assertThat(PlainLine.of("\n")).isEmpty();
    }

    @Test
    void charactersThatTurnTheDirectionOrAreInvisibleAreLeftOut() {
        assertThat(PlainLine.of("\u202emoc.elpmaxe\u202c\u200b\u2066x\u2069\ufeff"))
                .isEqualTo("moc.elpmaxex");
    }

    @Test
    void emojiStayWholeAndHalvesOfThemAreMarked() {
        String family = "👩\u200d👧 ❤\ufe0f";
        assertThat(PlainLine.of(family)).isEqualTo(family);
        assertThat(PlainLine.of("a\ud83d b\udc00\uffff")).isEqualTo("a\ufffd b\ufffd\ufffd");
    }

    @Test
    void aLongLineEndsWithAnEllipsis() {
        assertThat(PlainLine.of("abcdef", 6)).isEqualTo("abcdef");
        assertThat(PlainLine.of("abc defg", 5)).isEqualTo("abc…");
        assertThat(PlainLine.of("😀😀😀", 2)).isEqualTo("😀…");
    }

    @Test
    void markupOfMarkdownBecomesText() {
        assertThat(Markdown.text("a|b ](x) `c` <i> &amp; *d*\n# e"))
                .isEqualTo("a\\|b \\](x) \\`c\\` \\<i\\> \\&amp; \\*d\\* \\# e");
    }

    @Test
    void listsRulesAndAddressesBecomeText() {
        assertThat(Markdown.text("-")).isEqualTo("\\-");
        assertThat(Markdown.text("12. x")).isEqualTo("12\\. x");
        assertThat(Markdown.text("x-1. WWW.a.b")).isEqualTo("x-1. WWW\\.a.b");
        assertThat(Markdown.text("https://a.b, me@a.b")).isEqualTo("https\\://a.b, me\\@a.b");
    }

    @Test
    void codeStandsBetweenMoreBackticksThanItHas() {
        assertThat(Markdown.code("a")).isEqualTo("`a`");
        assertThat(Markdown.code("a``b")).isEqualTo("```a``b```");
        assertThat(Markdown.code("`")).isEqualTo("`` ` ``");
    }

    @Test
    void markupOfXmlBecomesText() {
        assertThat(Xml.text("</text><script>\"&amp;'\u0001"))
                .isEqualTo("&lt;/text&gt;&lt;script&gt;&quot;&amp;amp;&#39;");
    }
}
