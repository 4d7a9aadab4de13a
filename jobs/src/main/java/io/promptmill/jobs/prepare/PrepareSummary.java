package io.promptmill.jobs.prepare;

import io.promptmill.Amount;
import io.promptmill.jobs.counts.UserCounts;
import io.promptmill.jobs.prepare.PreparedData.Texts;
import io.promptmill.jobs.prepare.Users.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a run of {@code prepare} tells when it has ended: its closing words and its warnings. */
record PrepareSummary(PrepareSettings settings, PreparedData data, Users users, Tally tally) {
    private static final int SHOWN_USERS = 20;

    private static final String USERS = "users";
    private static final String POSTS = "downloaded";
    private static final String KEPT = "kept";
    private static final String HELD_OUT = "held_out";
    private static final String SMALL_USERS = "small_users";
    private static final String PASSED_OVER = "passed_over";
    private static final String TOLD_BY_TEXT = "retweets_told_by_text";

    /** The counts of all users together, by the names of the columns of {@code counts.parquet}, and some more. */
    static SortedMap<String, Long> counts(List<UserCounts> counts, Users users, Tally tally) {
        SortedMap<String, Long> sums = new TreeMap<>();
        sums.put(USERS, (long) users.taken().size());
        sums.put(SMALL_USERS, (long) users.small().size());
        sums.put(PASSED_OVER, tally.passedOver());
        sums.put(TOLD_BY_TEXT, tally.retweetsByText());
        for (UserCounts user : counts) {
            sums.merge(POSTS, user.downloaded(), Long::sum);
            sums.merge(Reason.RETWEETS.word(), user.retweets(), Long::sum);
            sums.merge(Reason.SHORT.word(), user.shortPosts(), Long::sum);
            sums.merge(Reason.DUPLICATES.word(), user.duplicates(), Long::sum);
            sums.merge(Reason.OTHER_LANGUAGE.word(), user.otherLanguage(), Long::sum);
            sums.merge(Reason.OPTED_OUT.word(), user.optedOut(), Long::sum);
            sums.merge(Reason.BAD.word(), user.bad(), Long::sum);
            sums.merge(KEPT, user.kept(), Long::sum);
            sums.merge(HELD_OUT, user.heldOut(), Long::sum);
        }
        return sums;
    }

    /** The lines, ready to print. */
    String text(String folder) {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "%s of %s: %,d kept, %,d of them held out%s",
                Amount.of(count(POSTS), "post"),
                Amount.of(count(USERS), "user"),
                count(KEPT),
                count(HELD_OUT),
                Stream.of(
                                Reason.BAD,
                                Reason.OPTED_OUT,
                                Reason.RETWEETS,
                                Reason.OTHER_LANGUAGE,
                                Reason.SHORT,
                                Reason.DUPLICATES)
                        .filter(reason -> count(reason.word()) > 0)
                        .map(reason -> String.format(
                                Locale.ROOT,
                                ", %,d %s",
                                count(reason.word()),
                                reason.word().replace('_', ' ')))
                        .collect(Collectors.joining()));
        if (count(PASSED_OVER) > 0) {
            line(
                    text,
                    "passed over, since --users does not name their users: %s",
                    Amount.of(count(PASSED_OVER), "post"));
        }
        if (!users.small().isEmpty()) {
            line(text, "left out with all their posts, for too few characters: %s", named(users.small()));
        }
        line(
                text,
                "training texts: %s, %s",
                told(data.train()),
                settings.passes() == 1 ? "1 pass" : settings.passes() + " passes");
        line(text, "held out: %s", told(data.heldOut()));
        line(text, "%s", folder);
        return text.toString();
    }

    private static String told(Texts texts) {
        return Amount.of(texts.posts(), "post") + ", " + Amount.of(texts.characters(), "character") + " in "
                + Amount.of(texts.files().size(), "file");
    }

    /** What the user should know. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        List<User> scarce = users.taken().stream()
                .filter(user -> user.tally().posts(Reason.KEPT) > 0
                        && user.tally().joinedCharacters() < settings.warnCharacters())
                .toList();
        if (!scarce.isEmpty()) {
            warnings.add("users with fewer than " + settings.warnCharacters()
                    + " characters, of whom a model learns little: " + named(scarce));
        }
        if (tally.retweetsByText() > 0) {
            warnings.add("taken for retweets, since they begin with 'RT @name:' and have no retweet flag: "
                    + Amount.of(tally.retweetsByText(), "post"));
        }
        if (settings.heldOutShare() > 0 && data.heldOut().posts() == 0) {
            warnings.add("no post is held out, as there are so few: no loss will tell whether a model learns too much");
        }
        return warnings;
    }

    private static String named(List<User> users) {
        return users.stream().limit(SHOWN_USERS).map(User::told).collect(Collectors.joining(", "))
                + (users.size() > SHOWN_USERS ? ", … (" + users.size() + " users)" : "");
    }

    private long count(String name) {
        return data.counts().getOrDefault(name, 0L);
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
