package io.promptmill.jobs.counts;

/**
 * What became of a user's posts: a row of {@code counts.parquet}, whose columns have these names in snake case. Each post
 * counts once from {@code retweets} to {@code kept}.
 *
 * @param user null for posts that name none
 * @param name what the user is called; null where no post says
 * @param downloaded all posts
 * @param retweets posts of somebody else
 * @param shortPosts with too few words that say something; the column {@code short}
 * @param duplicates of an earlier post
 * @param otherLanguage in a language that was not asked for
 * @param optedOut of users who do not want it
 * @param bad rows that could not be read
 * @param kept posts to learn from, those held out included
 * @param heldOut posts of these that only evaluations look at
 */
public record UserCounts(
        String user,
        String name,
        long downloaded,
        long retweets,
        long shortPosts,
        long duplicates,
        long otherLanguage,
        long optedOut,
        long bad,
        long kept,
        long heldOut) {
    public UserCounts {
        if (downloaded != retweets + shortPosts + duplicates + otherLanguage + optedOut + bad + kept) {
            throw new IllegalArgumentException(downloaded + " posts are not the sum of what became of them");
        }
        if (Math.min(
                                Math.min(Math.min(retweets, shortPosts), Math.min(duplicates, otherLanguage)),
                                Math.min(optedOut, bad))
                        < 0
                || heldOut < 0
                || kept < heldOut) {
            throw new IllegalArgumentException("counts of posts are not negative, and no more are held out than kept");
        }
    }

    /** The posts of both, as if they were this user's. */
    UserCounts plus(UserCounts other) {
        return new UserCounts(
                user,
                name,
                downloaded + other.downloaded,
                retweets + other.retweets,
                shortPosts + other.shortPosts,
                duplicates + other.duplicates,
                otherLanguage + other.otherLanguage,
                optedOut + other.optedOut,
                bad + other.bad,
                kept + other.kept,
                heldOut + other.heldOut);
    }

    /** What to call the user: the name, or else the user as in the data, or else that there is none. */
    public String title() {
        if (name != null && !name.isBlank()) {
            return name;
        }
        return user == null ? "(no user)" : user;
    }
}
