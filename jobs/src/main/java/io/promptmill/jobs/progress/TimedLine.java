package io.promptmill.jobs.progress;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Lines of progress, which begin with the time as those of the log do. Stateless. */
final class TimedLine {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    private TimedLine() {}

    /** A line of now. */
    static String now(String text) {
        return of(LocalDateTime.now(ZoneId.systemDefault()), text);
    }

    /** A line of some local time. */
    static String of(LocalDateTime time, String text) {
        return TIME.format(time) + " " + text;
    }
}
