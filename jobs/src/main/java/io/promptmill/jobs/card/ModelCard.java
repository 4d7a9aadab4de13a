package io.promptmill.jobs.card;

import io.promptmill.jobs.counts.CountsTable;
import io.promptmill.jobs.drawing.AvatarRow;
import io.promptmill.jobs.drawing.Thumbnail;
import io.promptmill.jobs.markup.PlainLine;
import io.promptmill.jobs.report.LineageChart;
import io.promptmill.jobs.report.RunCurves;
import io.promptmill.jobs.report.RunReport;
import io.promptmill.jobs.tracking.RunStory;
import io.promptmill.jobs.tracking.Sample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files of a model's card, which stand alone. Stateless. */
public final class ModelCard {
    /** What the hub shows in the field for a prompt, as for the models of huggingtweets. */
    static final String PROMPT = "My dream is";

    static final String README = "README.md";
    static final String RUN = "run.json";
    static final String COUNTS = "counts.md";
    static final String AVATARS = "avatars.svg";
    static final String PIPELINE = "pipeline.svg";
    static final String LOSS = "loss.svg";
    static final String LEARNING_RATE = "learning-rate.svg";
    static final String PREDICTIONS = "predictions.svg";
    private static final String PREDICTIONS_PNG = "predictions.png";

    private ModelCard() {}

    /**
     * {@code README.md} and all that it shows and links but the model itself: run, page, counts and drawings. Where this
     * machine cannot draw texts, {@code predictions.png} is missing and a warning says why.
     *
     * @param prefix what stands in front of every prompt; empty for nothing
     * @param author what no run knows
     */
    public static CardFiles of(RunStory story, String prefix, CardAuthor author) {
        Imitated imitated = Imitated.of(story);
        Map<String, byte[]> files = new TreeMap<>();
        List<String> warnings = new ArrayList<>();
        Thumbnail thumbnail = thumbnail(story, imitated, author);
        put(files, PREDICTIONS, thumbnail.svg());
        try {
            files.put(PREDICTIONS_PNG, thumbnail.png());
        } catch (IOException e) {
            warnings.add("the card has no " + PREDICTIONS_PNG + ", only " + PREDICTIONS + ": " + e.getMessage());
        }
        for (String user : author.avatars().keySet()) {
            if (imitated.users().stream().noneMatch(counts -> user.equals(counts.user()))) {
                warnings.add("the picture of " + PlainLine.of(user)
                        + " is not shown: nothing was learned from a user of that name");
            }
        }
        if (!imitated.nobody()) {
            put(files, AVATARS, AvatarRow.svg(imitated.avatars(author)));
        }
        if (!story.shownCounts().isEmpty()) {
            put(files, COUNTS, CountsTable.of(story.counts()).markdown());
        }
        put(files, PIPELINE, LineageChart.of(story.lineage()).svg());
        put(files, LOSS, RunCurves.loss(story.metrics()).svg());
        put(files, LEARNING_RATE, RunCurves.learningRate(story.metrics()).svg());
        files.put(RUN, story.run().json());
        files.put(RunReport.FILE, RunReport.of(story));
        String shown = files.containsKey(PREDICTIONS_PNG) ? PREDICTIONS_PNG : PREDICTIONS;
        put(
                files,
                README,
                CardHeader.of(story.run(), author, imitated, shown)
                        + new CardText(story, imitated, prefix, author).markdown());
        return new CardFiles(files, warnings);
    }

    private static Thumbnail thumbnail(RunStory story, Imitated imitated, CardAuthor author) {
        Sample sample = story.lastSamples().stream().findFirst().orElse(new Sample(0, PROMPT, PROMPT + " …"));
        return new Thumbnail(
                imitated.names(),
                imitated.handles(),
                imitated.kind(),
                imitated.avatars(author),
                sample.prompt(),
                sample.text());
    }

    private static void put(Map<String, byte[]> files, String name, String content) {
        files.put(name, content.getBytes(StandardCharsets.UTF_8));
    }
}
