package io.promptmill.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.appender.OutputStreamAppender;
import org.apache.logging.log4j.core.config.AppenderRef;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.junit.jupiter.api.Test;

class QuietLogTest {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d";

    @Test
    void tasksThatWereKilledOnPurposeAreNotToldAndLinesBeginWithTheDate() {
        String log = logged(ShownDetail.ESSENTIAL);
        assertThat(log.lines()).hasSize(2).allMatch(line -> line.matches(TIME + " WARN TaskSetManager: Lost.*"));
        assertThat(log)
                .contains("ExecutorLostFailure", "java.io.IOException: first ?[31mline?")
                .doesNotContain("second line");
    }

    @Test
    void whatIsFetchedIsToldAsThePhasesOfARunAreAndWarnedOfAsElsewhere() {
        Configuration configuration = QuietLog.configuration(ShownDetail.ESSENTIAL);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (LoggerContext context = new LoggerContext("hub")) {
            context.start(configuration);
            LoggerConfig hub = configuration.getLoggerConfig("io.promptmill.hub");
            assertThat(hub.isAdditive()).isFalse();
            for (AppenderRef ref : hub.getAppenderRefs()) {
                AbstractAppender shown = configuration.getAppender(ref.getRef());
                Appender kept = OutputStreamAppender.createAppender(
                        (PatternLayout) shown.getLayout(), shown.getFilter(), bytes, ref.getRef(), false, true);
                kept.start();
                hub.removeAppender(ref.getRef());
                hub.addAppender(kept, ref.getLevel(), null);
            }
            Logger log = context.getLogger("io.promptmill.hub.Hub");
            log.debug("not told");
            log.info("fetching model.safetensors,\u001b 497.8 MB");
            log.warn("it is asked again");
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .hasSize(2)
                .satisfiesExactly(
                        line -> assertThat(line).matches(TIME + " fetching model.safetensors,\\? 497.8 MB"),
                        line -> assertThat(line).matches(TIME + " WARN Hub: it is asked again"));
    }

    @Test
    void verboseTellsAll() {
        assertThat(logged(ShownDetail.ALL))
                .contains("TaskKilled (Stage cancelled", "first ?[31mline?\n\tsecond line", "INFO");
    }

    private static String logged(ShownDetail detail) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Configuration configuration = QuietLog.configuration(detail);
        try (LoggerContext context = new LoggerContext("quiet")) {
            context.start(configuration);
            PatternLayout layout =
                    (PatternLayout) configuration.getAppender("console").getLayout();
            Appender appender = OutputStreamAppender.createAppender(layout, null, bytes, "bytes", false, true);
            appender.start();
            configuration.getRootLogger().removeAppender("console");
            configuration.getRootLogger().addAppender(appender, null, null);
            Logger log = context.getLogger("org.apache.spark.scheduler.TaskSetManager");
            log.info("Starting task 1.0");
            log.warn("Lost task 1.0 in stage 2.0 (TID 3) (host executor driver): TaskKilled (Stage cancelled:\nJob 2)");
            log.warn("Lost task 2.0 in stage 2.0 (TID 4) (host executor 1): ExecutorLostFailure (executor 1 exited)");
            log.warn(
                    "Lost task 3.0 in stage 2.0 (TID 5) (host executor 1): java.io.IOException: first \u001b[31mline\u009b\n\tsecond"
                            + " line");
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
