package io.promptmill.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.junit.jupiter.api.Test;

class RowsInTheLogTest {

    @Test
    void rejectedRowsAreToldWhereOtherInfoIsNot() throws Exception {
        QuietLog.install(ShownDetail.ESSENTIAL);
        Configuration log = ((LoggerContext) LogManager.getContext(false)).getConfiguration();
        String rows = Class.forName("io.promptmill.spark.rows.RowLog").getName();
        assertThat(log.getLoggerConfig(rows).getLevel()).isEqualTo(Level.INFO);
        assertThat(log.getLoggerConfig("org.apache.spark.SparkContext").getLevel())
                .isEqualTo(Level.WARN);
    }
}
