package io.promptmill.jobs.command;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.core.config.builder.impl.BuiltConfiguration;
import org.apache.spark.SparkEnv$;

/** Keeps Spark's INFO lines off the console, unless the user brings a log configuration. */
public final class QuietLog {
    private static final String SPARK_DEFAULTS = "org/apache/spark/log4j2-defaults.properties";

    /** The message without what could steer a terminal, as strangers' texts may. */
    private static final String MESSAGE = "%replace{%m}{[\\x00-\\x08\\x0b-\\x0c\\x0e-\\x1f\\x7f-\\x9f]}{?}";

    private static final String TIME = "%d{yyyy-MM-dd HH:mm:ss}";

    private QuietLog() {}

    /** Replaces the default log configuration of log4j or Spark; to be called before the session starts. */
    public static void install(ShownDetail detail) {
        // Spark 4 would put its own defaults into place again when it first logs.
        SparkEnv$.MODULE$.initializeLogIfNecessary(false, true);
        if (!(LogManager.getContext(false) instanceof LoggerContext context) || isTheUsers(context)) {
            return;
        }
        Configurator.reconfigure(configuration(detail));
    }

    /** What is shown, and how. */
    static Configuration configuration(ShownDetail detail) {
        Level level = detail == ShownDetail.ALL ? Level.INFO : Level.WARN;
        ConfigurationBuilder<BuiltConfiguration> builder = ConfigurationBuilderFactory.newConfigurationBuilder();
        builder.setConfigurationName("promptmill");
        builder.add(builder.newAppender("console", "Console")
                .addAttribute("target", "SYSTEM_ERR")
                .add(builder.newLayout("PatternLayout").addAttribute("pattern", pattern(detail))));
        builder.add(builder.newRootLogger(level).add(builder.newAppenderRef("console")));
        if (detail == ShownDetail.ESSENTIAL) {
            // Facts of every embedded run that a user can do nothing about.
            builder.add(builder.newLogger("org.apache.hadoop.util.NativeCodeLoader", Level.ERROR));
            builder.add(builder.newLogger("org.apache.spark.util.Utils", Level.ERROR));
            builder.add(builder.newLogger("org.apache.spark.sql.catalyst.util.SparkStringUtils", Level.ERROR));
            // A run that is stopped says so once, not for each of its tasks.
            builder.add(builder.newLogger("org.apache.spark.scheduler.TaskSetManager", level)
                    .add(builder.newFilter("RegexFilter", Filter.Result.DENY, Filter.Result.NEUTRAL)
                            .addAttribute("regex", "(?s).*TaskKilled.*")));
            // Which rows were rejected: where tasks run in this process, their log is this one.
            builder.add(builder.newLogger("io.promptmill.spark.rows.RowLog", Level.INFO));
            // What is fetched from the hub may take minutes; it is told as the phases of a run are.
            builder.add(builder.newAppender("progress", "Console")
                    .addAttribute("target", "SYSTEM_ERR")
                    .add(builder.newFilter("ThresholdFilter", Filter.Result.DENY, Filter.Result.NEUTRAL)
                            .addAttribute("level", Level.WARN))
                    .add(builder.newLayout("PatternLayout").addAttribute("pattern", TIME + " " + MESSAGE + "%n")));
            builder.add(builder.newLogger("io.promptmill.hub", Level.INFO)
                    .add(builder.newAppenderRef("progress"))
                    .add(builder.newAppenderRef("console").addAttribute("level", Level.WARN))
                    .addAttribute("additivity", false));
        }
        return builder.build();
    }

    // Spark puts stack traces into messages, too: without --verbose only their first line is shown.
    private static String pattern(ShownDetail detail) {
        String message =
                detail == ShownDetail.ALL ? MESSAGE + "%n%ex" : "%replace{" + MESSAGE + "}{\\R[\\s\\S]*}{}%n%ex{none}";
        return TIME + " %p %c{1}: " + message;
    }

    private static boolean isTheUsers(LoggerContext context) {
        String location = context.getConfiguration().getConfigurationSource().getLocation();
        return !(context.getConfiguration() instanceof DefaultConfiguration)
                && (location == null || !location.endsWith(SPARK_DEFAULTS))
                && !"promptmill".equals(context.getConfiguration().getName());
    }
}
