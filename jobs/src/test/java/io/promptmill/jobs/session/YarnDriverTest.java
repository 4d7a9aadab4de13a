package io.promptmill.jobs.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.command.Console;
import io.promptmill.jobs.command.ShownDetail;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class YarnDriverTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final YarnDriver driver = new YarnDriver(printed);

    @Test
    void aDriverThatIsDoneReturns() {
        driver.err().println("promptmill: warning: a word that YARN need not show");
        driver.end(ExitCode.DONE);
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines("promptmill: warning: a word that YARN need not show\n");
    }

    @Test
    void oneThatIsNotThrowsItsExitCodeAndWhatItsCommandHasToldLast() {
        Console console = new Console(System.out, driver.err(), ShownDetail.ALL);
        driver.err().println("promptmill: warning: something else");
        ExitCode code = console.tell(RefusalException.input("a_code", "the input", "is wrong", "correct it"));
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("promptmill: a_code: the input", "\tat ");
        assertThatThrownBy(() -> driver.end(code))
                .hasToString(
                        "io.promptmill.jobs.session.DriverFailedException: exit code 3: a_code: the input, is wrong, correct it");
    }

    @Test
    void whereSomeRowsFailedNoLineIsTheReason() {
        driver.err().println("promptmill: warning: something else");
        assertThatThrownBy(() -> driver.end(ExitCode.DONE_WITH_FAILED_ROWS))
                .hasMessage("exit code 6: done, but some rows failed, the driver's log counts them");
    }

    @Test
    void noOtherDriverIsOne() {
        SparkConf yarn = new SparkConf(false).setMaster("yarn");
        assertThat(YarnDriver.isHere(yarn.clone().set("spark.submit.deployMode", "cluster")))
                .isTrue();
        assertThat(YarnDriver.isHere(yarn.clone().set("spark.submit.deployMode", "client")))
                .isFalse();
        assertThat(YarnDriver.isHere(yarn)).isFalse();
        assertThat(YarnDriver.isHere(
                        new SparkConf(false).setMaster("spark://host:7077").set("spark.submit.deployMode", "cluster")))
                .isFalse();
        assertThat(YarnDriver.isHere()).isFalse();
    }
}
