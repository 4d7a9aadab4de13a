package io.promptmill.jobs.counts;

import io.promptmill.jobs.markup.Markdown;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table of a model card: a column a user, and a row for each thing that can become of a post. Users of whom nothing is
 * kept, such as those who opted out, are not named: their posts are counted in a column of their own, and those of no user
 * in another. What cards of huggingtweets do not have is there only where something was counted. Immutable.
 *
 * @param users titles of the columns, as strangers wrote them
 * @param rows from all posts to those that are held out
 */
public record CountsTable(List<String> users, List<Row> rows) {
    private static final UserCounts NOTHING_KEPT = new UserCounts("", "(nothing kept)", 0, 0, 0, 0, 0, 0, 0, 0, 0);
    private static final UserCounts NO_USER = new UserCounts(null, null, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public CountsTable {
        users = List.copyOf(users);
        rows = List.copyOf(rows);
    }

    /**
     * One row.
     *
     * @param label what is counted
     * @param values a number for each user
     */
    public record Row(String label, List<Long> values) {
        public Row {
            values = List.copyOf(values);
        }

        private boolean counted() {
            return values.stream().anyMatch(value -> value > 0);
        }

        /** The numbers with commas between thousands. */
        public List<String> texts() {
            return values.stream()
                    .map(value -> String.format(Locale.ROOT, "%,d", value))
                    .toList();
        }
    }

    /** The table of these users, in their order; its columns add up to all of their posts. */
    public static CountsTable of(List<UserCounts> all) {
        List<UserCounts> counts = new ArrayList<>();
        UserCounts nothingKept = NOTHING_KEPT;
        UserCounts noUser = NO_USER;
        for (UserCounts user : all) {
            if (user.user() == null) {
                noUser = noUser.plus(user);
            } else if (user.kept() == 0) {
                nothingKept = nothingKept.plus(user);
            } else {
                counts.add(user);
            }
        }
        Stream.of(nothingKept, noUser).filter(user -> user.downloaded() > 0).forEach(counts::add);
        List<Row> rows = new ArrayList<>();
        rows.add(row("Tweets downloaded", counts, UserCounts::downloaded));
        rows.add(row("Retweets", counts, UserCounts::retweets));
        rows.add(row("Short tweets", counts, UserCounts::shortPosts));
        Stream.of(
                        row("Duplicates", counts, UserCounts::duplicates),
                        row("Other languages", counts, UserCounts::otherLanguage),
                        row("Opted out", counts, UserCounts::optedOut),
                        row("Unreadable", counts, UserCounts::bad))
                .filter(Row::counted)
                .forEach(rows::add);
        rows.add(row("Tweets kept", counts, UserCounts::kept));
        Stream.of(row("Held out of these", counts, UserCounts::heldOut))
                .filter(Row::counted)
                .forEach(rows::add);
        return new CountsTable(counts.stream().map(UserCounts::title).toList(), rows);
    }

    /** As a table of GitHub's Markdown, with a line end behind each line. */
    public String markdown() {
        return line("Data", users.stream().map(Markdown::text))
                + line("---", users.stream().map(user -> "---:"))
                + rows.stream()
                        .map(row -> line(row.label(), row.texts().stream()))
                        .collect(Collectors.joining());
    }

    private static Row row(String label, List<UserCounts> counts, ToLongFunction<UserCounts> count) {
        return new Row(label, counts.stream().map(count::applyAsLong).toList());
    }

    private static String line(String first, Stream<String> others) {
        return Stream.concat(Stream.of(first), others).collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
