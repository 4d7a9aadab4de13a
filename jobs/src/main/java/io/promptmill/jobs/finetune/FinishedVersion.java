package io.promptmill.jobs.finetune;

import io.promptmill.Amount;
import io.promptmill.jobs.progress.ProgressDisplay;
import io.promptmill.jobs.tracking.RunRecord;
import io.promptmill.jobs.tracking.RunStory;
import io.promptmill.jobs.tracking.Sample;
import java.util.List;
import java.util.Locale;

/**
 * A version that is there, and the closing words of the run that made it.
 *
 * @param location its folder
 * @param story of the run
 * @param report where the run's page is
 * @param warnings sentences a user should see
 */
record FinishedVersion(String location, RunStory story, String report, List<String> warnings) {
    private static final int SHOWN_SAMPLES = 3;

    /** The lines, ready to print. */
    String summary() {
        RunRecord run = story.run();
        StringBuilder text = new StringBuilder();
        line(
                text,
                "%s, %s in %s, %,.0f tokens/s",
                Amount.of(run.totals().steps(), "step"),
                Amount.of(run.totals().tokens(), "token"),
                ProgressDisplay.duration(run.totals().seconds()),
                run.totals().tokensPerSecond());
        line(
                text,
                "loss %.3f%s",
                run.losses().trainLoss(),
                run.losses().evalLoss() == null
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                ", on held-out data %.3f (perplexity %.1f)",
                                run.losses().evalLoss(),
                                run.losses().perplexity()));
        line(text, "%s: %s", run.result().version(), location);
        line(text, "report: %s", report);
        story.lastSamples().stream()
                .limit(SHOWN_SAMPLES)
                .map(Sample::text)
                .forEach(sample -> line(text, "  %s", sample));
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
