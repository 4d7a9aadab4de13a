package io.promptmill.jobs.progress;

import io.promptmill.Amount;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far a run is until it is closed: a bar on a terminal, a line every five seconds elsewhere. */
public final class ProgressDisplay implements AutoCloseable {
    private static final Duration BAR_PERIOD = Duration.ofMillis(500);
    private static final Duration LINE_PERIOD = Duration.ofSeconds(5);

    private final Estimate estimate;
    private final Supplier<Shown> progress;
    private final PrintStream err;
    private final ProgressBar bar;
    private final long startNanos = System.nanoTime();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "promptmill-progress");
        thread.setDaemon(true);
        return thread;
    });

    private ProgressDisplay(Estimate estimate, Supplier<Shown> progress, PrintStream err, ProgressBar bar) {
        this.estimate = estimate;
        this.progress = progress;
        this.err = err;
        this.bar = bar;
    }

    /**
     * What is shown.
     *
     * @param doing what is going on, in words
     * @param done of the total
     * @param tokens that were computed, for their rate
     */
    public record Shown(String doing, long done, long tokens) {}

    /**
     * Starts to show.
     *
     * @param task what is going on, in a word
     * @param unit one of what is counted, such as prompt
     * @param total how many there are to do
     * @param progress asked now and then, from another thread
     */
    public static ProgressDisplay start(
            String task, String unit, long total, Supplier<Shown> progress, PrintStream err) {
        // Java 17 gives a console only where neither input nor output is redirected.
        boolean terminal = Optional.ofNullable(System.console()).isPresent();
        ProgressDisplay display = new ProgressDisplay(
                new Estimate(unit, total), progress, err, terminal ? bar(task, unit, total, err) : null);
        long period = (terminal ? BAR_PERIOD : LINE_PERIOD).toMillis();
        var unused = display.timer.scheduleAtFixedRate(
                terminal ? display::step : display::line, period, period, TimeUnit.MILLISECONDS);
        return display;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        if (bar != null) {
            step();
            bar.close();
        }
    }

    // The timer may be at it while another thread closes the display.
    private synchronized void step() {
        Shown now = progress.get();
        bar.stepTo(now.done());
        bar.setExtraMessage(" " + now.doing() + ", " + estimate.at(seconds(), now));
    }

    private void line() {
        Shown now = progress.get();
        err.println(TimedLine.now(estimate.line(seconds(), now)));
    }

    /** What is left of a run, by its rate over the last minute. Single-threaded. */
    static final class Estimate {
        private final String unit;
        private final long total;
        private final RecentRate doneRate = new RecentRate();
        private final RecentRate tokenRate = new RecentRate();

        Estimate(String unit, long total) {
            this.unit = unit;
            this.total = total;
        }

        /** One line of plain progress, but for the time. */
        String line(double seconds, Shown now) {
            return String.format(
                    Locale.ROOT,
                    "%s: %,d of %s (%d %%), %s",
                    now.doing(),
                    now.done(),
                    Amount.of(total, unit),
                    total == 0 ? 100 : 100 * now.done() / total,
                    at(seconds, now));
        }

        /** The rate and the time that is left. */
        String at(double seconds, Shown now) {
            double tokens = tokenRate.at(seconds, now.tokens());
            double recent = doneRate.at(seconds, now.done());
            // Where nothing was finished for a minute the whole time tells more.
            double rate = recent > 0 ? recent : now.done() / seconds;
            String left = rate == 0 ? "time left unknown" : duration((total - now.done()) / rate) + " left";
            return String.format(Locale.ROOT, "%,.0f tokens/s, %s", tokens, left);
        }
    }

    /** Seconds as hours, minutes and seconds, without leading zeros. */
    public static String duration(double seconds) {
        Duration duration = Duration.ofSeconds(Math.max(0, Math.round(seconds)));
        return duration.toHours() > 0
                ? String.format(Locale.ROOT, "%d h %02d min", duration.toHours(), duration.toMinutesPart())
                : duration.toMinutes() > 0
                        ? String.format(Locale.ROOT, "%d min %02d s", duration.toMinutes(), duration.toSecondsPart())
                        : duration.toSeconds() + " s";
    }

    private double seconds() {
        return Math.max(1, System.nanoTime() - startNanos) / 1e9;
    }

    private static ProgressBar bar(String task, String unit, long total, PrintStream err) {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setUnit(" " + unit + "s", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .hideEta() // its two times do not say which of them is left
                .setUpdateIntervalMillis((int) BAR_PERIOD.toMillis())
                .setConsumer(new ConsoleProgressBarConsumer(err))
                .build();
    }
}
