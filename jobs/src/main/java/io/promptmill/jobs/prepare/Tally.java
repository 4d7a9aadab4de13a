package io.promptmill.jobs.prepare;

import io.promptmill.jobs.source.Source;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.spark.sql.Row;

/** What was counted in some of the posts: adds up to what was counted in all. Single-threaded. */
final class Tally implements Serializable {
    private static final long serialVersionUID = 1;

    /** By handle; posts that name no user under null. */
    private final HashMap<String, UserTally> users = new HashMap<>();

    private final HashMap<String, Long> rowsOfFile = new HashMap<>();
    private final HashMap<String, Long> endOfFile = new HashMap<>();
    private long passedOver;
    private long retweetsByText;

    /** Counts posts. */
    static Tally of(Iterator<Row> posts) {
        Tally tally = new Tally();
        posts.forEachRemaining(tally::add);
        return tally;
    }

    private void add(Row post) {
        String file = post.getAs(Source.FILE);
        long row = post.getAs(Source.ROW);
        rowsOfFile.merge(file, 1L, Long::sum);
        endOfFile.merge(file, row + 1, Math::max);
        String reason = post.getAs(PostColumns.REASON);
        if (reason.equals(PostColumns.PASSED_OVER)) {
            passedOver++;
            return;
        }
        if (PostColumns.BY_ITS_TEXT.equals(post.getAs(PostColumns.DETAIL))) {
            retweetsByText++;
        }
        users.computeIfAbsent(post.getAs(PostColumns.USER), none -> new UserTally())
                .add(post, Reason.of(reason), new Place(file, row));
    }

    /** Adds what another has counted in other posts. */
    Tally plus(Tally other) {
        other.users.forEach((user, tally) -> users.merge(user, tally, UserTally::plus));
        other.rowsOfFile.forEach((file, rows) -> rowsOfFile.merge(file, rows, Long::sum));
        other.endOfFile.forEach((file, end) -> endOfFile.merge(file, end, Math::max));
        passedOver += other.passedOver;
        retweetsByText += other.retweetsByText;
        return this;
    }

    /** What was counted for each user; posts that name none under null. */
    Map<String, UserTally> users() {
        return users;
    }

    /** The rows of all files. */
    long rows() {
        return rowsOfFile.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The rows of a file. */
    long rowsOf(String file) {
        return rowsOfFile.getOrDefault(file, 0L);
    }

    /** The number behind that of a file's last row. */
    long endOf(String file) {
        return endOfFile.getOrDefault(file, 0L);
    }

    /** Posts of users that were not asked for. */
    long passedOver() {
        return passedOver;
    }

    /** Retweets that only their text tells. */
    long retweetsByText() {
        return retweetsByText;
    }
}
