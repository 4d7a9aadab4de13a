package io.promptmill.jobs.prepare;

import java.io.Serializable;
import java.util.EnumMap;
import org.apache.spark.sql.Row;

/** What was counted in some of a user's posts. Single-threaded. */
final class UserTally implements Serializable {
    private static final long serialVersionUID = 1;

    /** Characters of the token between two posts of a training text, {@code <|endoftext|>}. */
    private static final int SEPARATOR_CHARACTERS = 13;

    private final EnumMap<Reason, Long> posts = new EnumMap<>(Reason.class);
    private long heldOut;
    private long keptCharacters;
    private long trainedCharacters;
    /** Null before the first post. */
    private Place first;
    /** Null as long as no post tells a name, as {@code named} is. */
    private String name;

    private Place named;

    void add(Row post, Reason reason, Place place) {
        posts.merge(reason, 1L, Long::sum);
        if (reason == Reason.KEPT) {
            int characters = PostText.characters(post.getAs(PostColumns.TEXT));
            boolean isHeldOut = post.getAs(PostColumns.HELD_OUT);
            keptCharacters += characters;
            heldOut += isHeldOut ? 1 : 0;
            trainedCharacters += isHeldOut ? 0 : characters;
        }
        meet(place, post.getAs(PostColumns.NAME), place);
    }

    UserTally plus(UserTally other) {
        other.posts.forEach((reason, count) -> posts.merge(reason, count, Long::sum));
        heldOut += other.heldOut;
        keptCharacters += other.keptCharacters;
        trainedCharacters += other.trainedCharacters;
        meet(other.first, other.name, other.named);
        return this;
    }

    /** The name that counts is the one that the first post with a name tells. */
    private void meet(Place place, String otherName, Place otherNamed) {
        first = first == null || place.compareTo(first) < 0 ? place : first;
        if (otherName != null && (named == null || otherNamed.compareTo(named) < 0)) {
            name = otherName;
            named = otherNamed;
        }
    }

    long posts(Reason reason) {
        return posts.getOrDefault(reason, 0L);
    }

    /** Posts that are held out. */
    long heldOut() {
        return heldOut;
    }

    /** Characters of the kept posts, joined by the separator. */
    long joinedCharacters() {
        return keptCharacters + Math.max(0, posts(Reason.KEPT) - 1) * SEPARATOR_CHARACTERS;
    }

    /** Characters of the kept posts that are not held out, without separators. */
    long trainedCharacters() {
        return trainedCharacters;
    }

    /** Characters of the posts that are held out, without separators. */
    long heldOutCharacters() {
        return keptCharacters - trainedCharacters;
    }

    /** Where the user's first post is. */
    Place first() {
        return first;
    }

    /** The display name, or null. */
    String name() {
        return name;
    }
}
