package io.promptmill.jobs.prepare;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The posts that the tutorial begins with: made up, readable, and with what {@code prepare} has rules for. */
class SamplePostsTest {
    private static final Path FILE = Path.of("..", "sample-prompts", "posts.jsonl");
    private static final List<String> USERS = List.of("nightloaf", "lamp_and_gull", "alma_ticks");

    private List<Post> posts;

    private record Post(
            String id,
            String user,
            String name,
            @JsonProperty("created_at") String created,
            String lang,
            @JsonProperty("is_retweet") boolean isRetweet,
            String text) {}

    @BeforeEach
    void read() throws IOException {
        JsonMapper mapper = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        posts = new ArrayList<>();
        for (String line : Files.readAllLines(FILE)) {
            posts.add(mapper.readValue(line, Post.class));
        }
    }

    @Test
    void threeUsersPostedInTheOrderOfTimeEachPostWithAnIdOfItsOwn() {
        assertThat(count(post -> true)).isEqualTo(Map.of("nightloaf", 123L, "lamp_and_gull", 125L, "alma_ticks", 125L));
        assertThat(posts).extracting(Post::id).doesNotHaveDuplicates().allMatch(id -> id.matches("\\d+"));
        assertThat(posts)
                .extracting(post -> OffsetDateTime.parse(post.created()))
                .isSorted();
        assertThat(posts).extracting(Post::text).doesNotHaveDuplicates().noneMatch(String::isBlank);
    }

    @Test
    void theFirstPostOfAUserTellsTheName() {
        assertThat(posts.stream().map(Post::name).filter(Objects::nonNull))
                .containsExactly("Mattis Ovenby", "Odile Fennimarsh", "Alma Tickworth | clocks, retired");
        assertThat(posts.stream().filter(post -> post.name() != null).map(Post::user))
                .containsExactlyElementsOf(USERS);
    }

    @Test
    void retweetsAreFlaggedAndBeginAsRetweetsDo() {
        assertThat(count(Post::isRetweet)).isEqualTo(Map.of("nightloaf", 5L, "lamp_and_gull", 6L, "alma_ticks", 5L));
        assertThat(posts).allSatisfy(post -> assertThat(post.text().matches("RT @\\w+: (?s:.+)"))
                .isEqualTo(post.isRetweet()));
    }

    @Test
    void eachUserHasEntitiesLinksShortPostsSeveralLinesAndADuplicate() {
        assertThat(count(post -> post.text().contains("&amp;")).keySet()).containsAll(USERS);
        assertThat(count(post -> post.text().contains("&lt;")).keySet()).containsAll(USERS);
        assertThat(count(post -> post.text().contains("https://")).keySet()).containsAll(USERS);
        assertThat(count(post -> post.text().split("\\s+").length < 3).keySet()).containsAll(USERS);
        assertThat(count(post -> post.text().contains("\n")).keySet()).containsAll(USERS);
        Map<String, Long> alike = posts.stream()
                .collect(groupingBy(
                        post -> post.user()
                                + post.text().toLowerCase(Locale.ROOT).replaceAll("\\W", ""),
                        counting()));
        assertThat(alike.values().stream().filter(times -> times > 1)).containsExactly(2L, 2L, 2L);
    }

    @Test
    void eachUserHasEnoughToSayForPrepareAndDreams() {
        Map<String, List<String>> texts = posts.stream()
                .filter(post -> !post.isRetweet() && post.text().split("\\s+").length >= 5)
                .collect(groupingBy(Post::user, mapping(Post::text, toList())));
        assertThat(texts.values()).allSatisfy(ofUser -> assertThat(
                        ofUser.stream().mapToInt(String::length).sum())
                .isGreaterThan(8_000));
        assertThat(count(post -> post.text().startsWith("My dream is")))
                .allSatisfy((user, dreams) -> assertThat(dreams).isGreaterThanOrEqualTo(18));
    }

    @Test
    void linksLeadNowhere() {
        assertThat(posts).extracting(Post::text).allSatisfy(text -> assertThat(
                        text.replaceAll("(https?://|www\\.)example\\.org\\S*", ""))
                .doesNotContain("://", "www."));
    }

    private Map<String, Long> count(Predicate<Post> which) {
        return posts.stream().filter(which).collect(groupingBy(Post::user, counting()));
    }
}
