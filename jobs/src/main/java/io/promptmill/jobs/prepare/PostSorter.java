package io.promptmill.jobs.prepare;

import io.promptmill.jobs.source.Source;
import io.promptmill.spark.rows.PromptColumns;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Finds what becomes of a post by itself: a row of the source in, one of {@link PostColumns#POST} out. Stateless. */
final class PostSorter implements MapFunction<Row, Row> {
    private static final long serialVersionUID = 1;

    /** A longer text is no post; what is small enough does no harm to its neighbours. */
    static final int MAX_TEXT_BYTES = PromptColumns.MAX_PROMPT_BYTES;

    private static final Set<String> TRUE = Set.of("true", "1");
    private static final Set<String> FALSE = Set.of("false", "0");

    private final PostRules rules;

    PostSorter(PostRules rules) {
        this.rules = rules;
    }

    @Override
    public Row call(Row source) {
        Optional<String> user =
                PostRules.handle(source.getAs(PostColumns.USER)).or(() -> Optional.ofNullable(rules.user()));
        Post post =
                new Post(user.orElse(null), blankAsNull(source.getAs(PostColumns.ID)), source.getAs(PostColumns.TEXT));
        if (user.isPresent() && !rules.users().isEmpty() && !rules.users().contains(user.get())) {
            return row(source, post.withoutText(), PostColumns.PASSED_OVER, null);
        }
        String problem = problem(source, post);
        if (problem != null) {
            // Whoever opted out is not to be found in what was set aside, either.
            return row(source, isOptedOut(post) ? post.withoutText() : post, Reason.BAD.word(), problem);
        }
        if (isOptedOut(post)) {
            return row(source, post.withoutText(), Reason.OPTED_OUT.word(), null);
        }
        String flag = blankAsNull(source.getAs(PostColumns.IS_RETWEET));
        boolean retweet = flag == null ? PostText.beginsAsRetweet(post.text()) : isTrue(flag);
        if (retweet && rules.steps().contains(Step.DROP_RETWEETS)) {
            return row(source, post, Reason.RETWEETS.word(), flag == null ? PostColumns.BY_ITS_TEXT : null);
        }
        if (!rules.wantsLanguage(source.getAs(PostColumns.LANG))) {
            return row(source, post, Reason.OTHER_LANGUAGE.word(), null);
        }
        String cleaned = PostText.cleaned(post.text(), rules.steps());
        return PostText.words(cleaned) < rules.minWords()
                ? row(source, post, Reason.SHORT.word(), null)
                : row(source, post.withText(cleaned), Reason.KEPT.word(), null);
    }

    private record Post(String user, String id, String text) {
        Post withText(String other) {
            return new Post(user, id, other);
        }

        Post withoutText() {
            return withText(null);
        }
    }

    private static String problem(Row source, Post post) {
        String problem = source.getAs(Source.PROBLEM);
        String flag = blankAsNull(source.getAs(PostColumns.IS_RETWEET));
        if (problem != null) {
            return problem;
        } else if (post.user() == null) {
            return "no user";
        } else if (post.text() == null) {
            return "no text";
        } else if (isTooLong(post.text())) {
            return "a text of more than 1 MiB";
        } else if (flag != null && !isTrue(flag) && !isIn(FALSE, flag)) {
            return "a retweet flag that is neither true nor false";
        }
        return null;
    }

    private boolean isOptedOut(Post post) {
        return rules.optedOut().hasId(post.id())
                || (post.user() != null && rules.optedOut().hasUser(post.user()));
    }

    private Row row(Row source, Post post, String reason, String detail) {
        boolean kept = reason.equals(Reason.KEPT.word());
        String text = post.text() == null || isTooLong(post.text()) ? null : post.text();
        return RowFactory.create(
                source.getAs(Source.FILE),
                source.getAs(Source.ROW),
                post.user(),
                blankAsNull(source.getAs(PostColumns.NAME)),
                post.id(),
                text,
                reason,
                detail,
                kept && rules.steps().contains(Step.DROP_DUPLICATES) ? PostText.comparable(text) : null,
                kept && PostHash.isHeldOut(post.id(), post.user(), text, rules.heldOutShare()));
    }

    private static boolean isTooLong(String text) {
        return text.length() > MAX_TEXT_BYTES
                || (text.length() > MAX_TEXT_BYTES / 3
                        && text.getBytes(StandardCharsets.UTF_8).length > MAX_TEXT_BYTES);
    }

    private static boolean isTrue(String flag) {
        return isIn(TRUE, flag);
    }

    private static boolean isIn(Set<String> words, String flag) {
        return words.contains(flag.toLowerCase(Locale.ROOT));
    }

    private static String blankAsNull(String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }
}
