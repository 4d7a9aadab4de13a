package io.promptmill.jobs.progress;

import io.promptmill.jobs.progress.ProgressListener.Progress;
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

/** Shows how far a run is until it is closed: a bar on a terminal, a line every ten seconds elsewhere. */
public final class ProgressDisplay implements AutoCloseable {
    private static final Duration BAR_PERIOD = Duration.ofMillis(500);
    private static final Duration LINE_PERIOD = Duration.ofSeconds(10);

    private final long total;
    private final Supplier<Progress> progress;
    private final PrintStream err;
    private final ProgressBar bar;
    private final long startNanos = System.nanoTime();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "promptmill-progress");
        thread.setDaemon(true);
        return thread;
    });

    private ProgressDisplay(long total, Supplier<Progress> progress, PrintStream err, ProgressBar bar) {
        this.total = total;
        this.progress = progress;
        this.err = err;
        this.bar = bar;
    }

    /**
     * Starts to show.
     *
     * @param total prompts of the run
     * @param progress asked now and then, from another thread
     */
    public static ProgressDisplay start(long total, Supplier<Progress> progress, PrintStream err) {
        // Java 17 gives a console only where neither input nor output is redirected.
        boolean terminal = Optional.ofNullable(System.console()).isPresent();
        ProgressDisplay display = new ProgressDisplay(total, progress, err, terminal ? bar(total, err) : null);
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
        Progress now = progress.get();
        bar.stepTo(now.prompts());
        bar.setExtraMessage(String.format(Locale.ROOT, " %,.0f tokens/s", now.tokens() / seconds()));
    }

    private void line() {
        err.println(line(progress.get(), total, seconds()));
    }

    /** One line of plain progress. */
    static String line(Progress now, long total, double seconds) {
        String left = now.prompts() == 0 ? "unknown" : duration((total - now.prompts()) * seconds / now.prompts());
        return String.format(
                Locale.ROOT,
                "%,d of %,d prompts (%d %%), %,.0f tokens/s, %s left",
                now.prompts(),
                total,
                total == 0 ? 100 : 100 * now.prompts() / total,
                now.tokens() / seconds,
                left);
    }

    /** Seconds as hours, minutes and seconds, without leading zeros. */
    static String duration(double seconds) {
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

    private static ProgressBar bar(long total, PrintStream err) {
        return new ProgressBarBuilder()
                .setTaskName("generate")
                .setInitialMax(total)
                .setUnit(" prompts", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis((int) BAR_PERIOD.toMillis())
                .setConsumer(new ConsoleProgressBarConsumer(err))
                .build();
    }
}
