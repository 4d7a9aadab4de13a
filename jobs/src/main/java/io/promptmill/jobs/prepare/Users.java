package io.promptmill.jobs.prepare;

import io.promptmill.Amount;
import io.promptmill.jobs.counts.UserCounts;
import io.promptmill.jobs.failure.RefusalException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The users whose posts are taken, in the order of their first posts or the one that was asked for, and those with too few
 * characters. Immutable.
 *
 * @param taken by handle, in their order; those who opted out are among them, with nothing kept
 * @param small those that are left out
 * @param nameless what was counted in posts that name no user, or null where all do
 */
record Users(List<User> taken, List<User> small, UserTally nameless) {

    /** One of them. */
    record User(String handle, UserTally tally) {
        /** The handle and the characters of the kept posts. */
        String told() {
            return String.format(Locale.ROOT, "%s (%,d)", handle, tally.joinedCharacters());
        }
    }

    Users {
        taken = List.copyOf(taken);
        small = List.copyOf(small);
    }

    /** Finds them; refuses users without posts, users with too few characters, and an input of which nothing is kept. */
    static Users of(Tally tally, PrepareSettings settings, OptOutList optedOut) throws RefusalException {
        List<User> all = inOrder(tally.users(), settings.users());
        List<User> small = all.stream()
                .filter(user ->
                        user.tally().joinedCharacters() < settings.minCharacters() && !optedOut.hasUser(user.handle()))
                .toList();
        if (!small.isEmpty() && !settings.steps().contains(Step.DROP_SMALL_USERS)) {
            throw RefusalException.input(
                    "users_too_small",
                    "fewer than " + settings.minCharacters() + " characters are in the kept posts of "
                            + small.size() + " of " + Amount.of(all.size(), "user") + ": "
                            + small.stream().map(User::told).collect(Collectors.joining(", ")),
                    "a model learns little of a user from so few",
                    "give more of their posts, lower --min-characters, or leave these users out with"
                            + " --drop-small-users");
        }
        List<User> taken = new ArrayList<>(all);
        taken.removeAll(small);
        if (taken.stream().noneMatch(user -> user.tally().trainedCharacters() > 0)) {
            throw RefusalException.input(
                    "nothing_to_train_on",
                    "of " + tally.rows() + " rows no post is left for the training texts",
                    "all are left out by " + reasons(tally),
                    "look into the input or change the options that leave posts out");
        }
        return new Users(taken, small, tally.users().get(null));
    }

    private static List<User> inOrder(Map<String, UserTally> tallies, List<String> asked) throws RefusalException {
        if (asked.isEmpty()) {
            return tallies.entrySet().stream()
                    .filter(user -> user.getKey() != null)
                    .map(user -> new User(user.getKey(), user.getValue()))
                    .sorted(Comparator.comparing((User user) -> user.tally().first())
                            .thenComparing(User::handle))
                    .toList();
        }
        List<String> missing =
                asked.stream().filter(handle -> !tallies.containsKey(handle)).toList();
        if (!missing.isEmpty()) {
            throw RefusalException.input(
                    "users_without_posts",
                    "--users names " + String.join(", ", missing),
                    "no row is a post of theirs",
                    "correct the names or leave these users out");
        }
        return asked.stream()
                .map(handle -> new User(handle, tallies.get(handle)))
                .toList();
    }

    private static String reasons(Tally tally) {
        List<String> reasons = new ArrayList<>();
        for (Reason reason : Reason.values()) {
            long posts = tally.users().values().stream()
                    .mapToLong(user -> user.posts(reason))
                    .sum();
            if (posts > 0) {
                reasons.add((reason == Reason.KEPT ? "held out or of small users" : reason.word()) + " " + posts);
            }
        }
        return reasons.isEmpty() ? "none, as there is none" : String.join(", ", reasons);
    }

    /** How their posts make the training texts. */
    TrainingPlan trainingPlan(PrepareSettings settings) {
        long longest = taken.stream()
                .mapToLong(user -> user.tally().trainedCharacters())
                .max()
                .orElse(0);
        return TrainingPlan.training(taken, settings.passes(), settings.steps().contains(Step.BALANCE) ? longest : 0);
    }

    /** The counts of the users, then those of posts that name none, if there are any. */
    List<UserCounts> counts() {
        List<UserCounts> counts = new ArrayList<>();
        taken.forEach(user -> counts.add(counts(user.handle(), user.tally())));
        if (nameless != null) {
            counts.add(counts(null, nameless));
        }
        return counts;
    }

    private static UserCounts counts(String user, UserTally tally) {
        long downloaded = 0;
        for (Reason reason : Reason.values()) {
            downloaded += tally.posts(reason);
        }
        return new UserCounts(
                user,
                tally.name(),
                downloaded,
                tally.posts(Reason.RETWEETS),
                tally.posts(Reason.SHORT),
                tally.posts(Reason.DUPLICATES),
                tally.posts(Reason.OTHER_LANGUAGE),
                tally.posts(Reason.OPTED_OUT),
                tally.posts(Reason.BAD),
                tally.posts(Reason.KEPT),
                tally.heldOut());
    }
}
