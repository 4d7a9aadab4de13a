package io.promptmill.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PostTextTest {
    private static final Set<Step> ALL = EnumSet.allOf(Step.class);

    @ParameterizedTest(name = "[{index}] {0}")
    @MethodSource("posts")
    void aPostIsCleanedAndItsWordsAreCounted(String post, String cleaned, int words) {
        assertThat(PostText.cleaned(post, ALL)).isEqualTo(cleaned);
        assertThat(PostText.words(cleaned)).isEqualTo(words);
    }

    static Stream<Arguments> posts() {
        return Stream.of(
                arguments("Rock &amp; roll &lt;3 &gt; all", "Rock & roll <3 > all", 6),
                arguments("nested twice &amp;lt;b&amp;gt; and &amp;amp;", "nested twice <b> and &amp;", 5),
                arguments(
                        "other entities &quot;stay&quot; &#39;so&#39;",
                        "other entities &quot;stay&quot; &#39;so&#39;",
                        3),
                arguments("see https://t.co/abc now http://x.y/z?q=1#top", "see now", 2),
                arguments("https://t.co/a https://t.co/b", "", 0),
                arguments("Look:https://t.co/abc, then (http://x) end", "Look: then ( end", 4),
                arguments("go to www.example.org today friends", "go to www.example.org today friends", 5),
                arguments("HTTP://SHOUT.COM stays but is no word", "HTTP://SHOUT.COM stays but is no word", 5),
                arguments("http: and https: alone stay", "http: and https: alone stay", 3),
                arguments(
                        "one\ntwo\r\n\tthree\u00a0four\u2028five\u3000six\u001cseven",
                        "one two three four five six seven",
                        7),
                arguments("  \n at  both   ends \u2003", "at both ends", 3),
                arguments("@alice @bob @carol", "@alice @bob @carol", 0),
                arguments(".@alice hi a@b.c #tag wo#rd you", ".@alice hi a@b.c #tag wo#rd you", 2),
                arguments("😀 🎉 👩‍👩‍👧‍👦", "😀 🎉 👩‍👩‍👧‍👦", 3),
                arguments("Привет, как дела?", "Привет, как дела?", 3),
                arguments("今日は天気がいい", "今日は天気がいい", 1),
                arguments("مرحبا يا صديقي", "مرحبا يا صديقي", 3),
                arguments("a | b < c", "a | b < c", 5),
                arguments("", "", 0),
                arguments(" \n ", "", 0));
    }

    @Test
    void aStepThatIsOffChangesNothing() {
        String post = " a &lt; b\n http://x.y ";
        assertThat(PostText.cleaned(post, EnumSet.noneOf(Step.class))).isEqualTo(post);
        assertThat(PostText.cleaned(post, EnumSet.of(Step.UNESCAPE))).isEqualTo(" a < b\n http://x.y ");
        assertThat(PostText.cleaned(post, EnumSet.of(Step.DROP_LINKS))).isEqualTo(" a &lt; b\n  ");
        assertThat(PostText.cleaned(post, EnumSet.of(Step.COLLAPSE_WHITE_SPACE)))
                .isEqualTo("a &lt; b http://x.y");
    }

    @Test
    void duplicatesAreEqualButForCasePunctuationAndWhiteSpace() {
        assertThat(PostText.comparable("Hello, World!  (again)")).isEqualTo("hello world again");
        assertThat(PostText.comparable("hello world again…")).isEqualTo("hello world again");
        assertThat(PostText.comparable("hello worlds again")).isNotEqualTo("hello world again");
        assertThat(PostText.comparable("?! ...")).isEqualTo("?! ...");
    }

    @Test
    void aRetweetBeginsWithItsAuthor() {
        assertThat(PostText.beginsAsRetweet("RT @alice: so\ntrue")).isTrue();
        assertThat(PostText.beginsAsRetweet("\n RT @a_1: x")).isTrue();
        assertThat(PostText.beginsAsRetweet("RT @alice so true")).isFalse();
        assertThat(PostText.beginsAsRetweet("RT if you agree with @alice: yes")).isFalse();
        assertThat(PostText.beginsAsRetweet("So true! RT @alice: yes")).isFalse();
    }

    @Test
    void charactersAreCodePoints() {
        assertThat(PostText.characters("a😀é")).isEqualTo(3);
    }
}
