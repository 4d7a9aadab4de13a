package io.promptmill.jobs.card;

import io.promptmill.jobs.tracking.RunStory;
import java.util.Map;

/** The files of a model's card. */
public final class ModelCard {
    private ModelCard() {}

    /**
     * {@code README.md} and all that it shows and links, by name in the version's folder: {@code run.json},
     * {@code report.html}, {@code counts.md} (where there are counts), drawings.
     *
     * @param prefix what stands in front of every prompt
     * @param author what no run knows
     */
    public static Map<String, byte[]> files(RunStory story, String prefix, CardAuthor author) {
        throw new UnsupportedOperationException("later: " + story.run().id() + prefix + author);
    }
}
