package io.promptmill.jobs.prepare;

import io.promptmill.jobs.prepare.Users.User;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * How often the posts of each user are in the training texts, and in which file; travels to the tasks.
 *
 * <p>In each pass the users follow one another. Where they are balanced, a user's posts are all there as often as they fit
 * into the characters of the longest user, and as many more of them as it takes to reach that.
 *
 * @param users by handle
 * @param passes how often all of it is repeated
 * @param charactersOfPass of all users
 */
record TrainingPlan(Map<String, Share> users, int passes, long charactersOfPass) implements Serializable {
    /** A file has about that many characters, so that it is one task's work. */
    static final long PART_CHARACTERS = 32L << 20;

    TrainingPlan {
        users = new HashMap<>(users);
    }

    /**
     * A user's share of a pass.
     *
     * @param index which user of all, from 0
     * @param wholes how often each post is there
     * @param rest characters that the posts repeated once more are to reach; 0 for none
     * @param characters of the share, but for what its last post overshoots
     * @param before characters of the users before
     */
    record Share(int index, long wholes, long rest, long characters, long before) implements Serializable {}

    /**
     * The plan of the training texts.
     *
     * @param least characters that each user has at least in a pass; 0 where none are repeated
     */
    static TrainingPlan training(List<User> users, int passes, long least) {
        return of(users, UserTally::trainedCharacters, passes, least);
    }

    /** The plan of the texts that are held out, each once. */
    static TrainingPlan heldOut(List<User> users) {
        return of(users, UserTally::heldOutCharacters, 1, 0);
    }

    private static TrainingPlan of(List<User> users, ToLongFunction<UserTally> characters, int passes, long least) {
        Map<String, Share> shares = new HashMap<>();
        long before = 0;
        for (int index = 0; index < users.size(); index++) {
            long own = characters.applyAsLong(users.get(index).tally());
            long wholes = own == 0 ? 0 : Math.max(1, least / own);
            long rest = own == 0 ? 0 : Math.max(0, least - wholes * own);
            shares.put(users.get(index).handle(), new Share(index, wholes, rest, wholes * own + rest, before));
            before += wholes * own + rest;
        }
        return new TrainingPlan(shares, passes, before);
    }

    /** Whether some posts are repeated once more than others. */
    boolean hasRests() {
        return users.values().stream().anyMatch(share -> share.rest() > 0);
    }

    /** How many files there may be. */
    int parts() {
        return 1 + (int) (passes * (double) charactersOfPass / PART_CHARACTERS);
    }

    /**
     * The file of a post in the training order: files follow one another as the posts do.
     *
     * @param draw by which the posts of a user are ordered in a pass, below {@link PostHash#RANGE}
     */
    int part(int pass, Share share, long draw) {
        double before =
                (double) pass * charactersOfPass + share.before() + share.characters() * (draw / PostHash.RANGE);
        return (int) (before / PART_CHARACTERS);
    }
}
