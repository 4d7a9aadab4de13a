package io.promptmill.jobs.card;

import io.promptmill.jobs.counts.UserCounts;
import io.promptmill.jobs.drawing.Avatar;
import io.promptmill.jobs.tracking.RunStory;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whom a model imitates. Immutable.
 *
 * @param model its own name
 * @param users of whose posts it has learned; empty where the data names none
 */
record Imitated(String model, List<UserCounts> users) {
    static Imitated of(RunStory story) {
        return new Imitated(
                story.run().model(),
                story.shownCounts().stream()
                        .filter(counts -> counts.user() != null)
                        .toList());
    }

    boolean nobody() {
        return users.isEmpty();
    }

    /** The users' names in one line; the model's where there are none. */
    String names() {
        return nobody() ? model : users.stream().map(UserCounts::title).collect(Collectors.joining(" & "));
    }

    /** Empty where there are no users. */
    String handles() {
        return users.stream().map(counts -> "@" + counts.user()).collect(Collectors.joining(" & "));
    }

    /** As cards of huggingtweets have it. */
    String kind() {
        return nobody() ? "AI MODEL" : users.size() == 1 ? "AI BOT" : "AI CYBORG";
    }

    List<Avatar> avatars(CardAuthor author) {
        return users.stream()
                .map(counts -> new Avatar(counts.title(), author.avatars().get(counts.user())))
                .toList();
    }
}
