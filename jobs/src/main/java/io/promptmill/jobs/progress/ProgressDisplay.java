package io.promptmill.jobs.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleFunction;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far a run is until it is closed: a bar on a terminal, a line every ten seconds elsewhere. */
public final class ProgressDisplay implements AutoCloseable {
    private static final Duration BAR_PERIOD = Duration.ofMillis(500);
    private static final Duration LINE_PERIOD = Duration.ofSeconds(10);

    private final String unit;
    private final long total;
    private final DoubleFunction<Shown> progress;
    private final PrintStream err;
    private final ProgressBar bar;
    private final long startNanos = System.nanoTime();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "promptmill-progress");
        thread.setDaemon(true);
        return thread;
    });

    private ProgressDisplay(String unit, long total, DoubleFunction<Shown> progress, PrintStream err, ProgressBar bar) {
        this.unit = unit;
        this.total = total;
        this.progress = progress;
        this.err = err;
        this.bar = bar;
    }

    /**
     * What is shown.
     *
     * @param done of the total
     * @param said what else there is to say, such as a rate
     */
    public record Shown(long done, String said) {}

    /**
     * Starts to show.
     *
     * @param task what is going on, in a word
     * @param unit of what is counted, such as prompts
     * @param total how many there are to do
     * @param progress asked now and then, from another thread, with the seconds since the start
     */
    public static ProgressDisplay start(
            String task, String unit, long total, DoubleFunction<Shown> progress, PrintStream err) {
        // Java 17 gives a console only where neither input nor output is redirected.
        boolean terminal = Optional.ofNullable(System.console()).isPresent();
        ProgressDisplay display =
                new ProgressDisplay(unit, total, progress, err, terminal ? bar(task, unit, total, err) : null);
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

    private void step() {
        Shown now = progress.apply(seconds());
        bar.stepTo(now.done());
        bar.setExtraMessage(" " + now.said());
    }

    private void line() {
        double seconds = seconds();
        err.println(line(progress.apply(seconds), unit, total, seconds));
    }

    /** One line of plain progress. */
    static String line(Shown now, String unit, long total, double seconds) {
        String left = now.done() == 0 ? "unknown" : duration((total - now.done()) * seconds / now.done());
        return String.format(
                Locale.ROOT,
                "%,d of %,d %s (%d %%), %s, %s left",
                now.done(),
                total,
                unit,
                total == 0 ? 100 : 100 * now.done() / total,
                now.said(),
                left);
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
                .setUnit(" " + unit, 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis((int) BAR_PERIOD.toMillis())
                .setConsumer(new ConsoleProgressBarConsumer(err))
                .build();
    }
}
