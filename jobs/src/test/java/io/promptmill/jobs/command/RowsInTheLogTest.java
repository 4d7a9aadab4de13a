package io.promptmill.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RowsInTheLogTest {

    @Test
    void rejectedRowsAreToldWhereTheOtherInfoOfSparkIsNot() throws Exception {
        PrintStream err = System.err;
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        System.setErr(new PrintStream(shown, true, StandardCharsets.UTF_8));
        try {
            QuietLog.install(ShownDetail.ESSENTIAL);
            LoggerFactory.getLogger(Class.forName("io.promptmill.spark.rows.RowLog"))
                    .info("row 3 rejected");
            LoggerFactory.getLogger("org.apache.spark.SparkContext").info("not shown");
        } finally {
            System.setErr(err);
            QuietLog.install(ShownDetail.ESSENTIAL);
        }
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .contains(" INFO RowLog: row 3 rejected")
                .doesNotContain("not shown");
    }
}
