package io.promptmill.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A {@code spark-submit} at work.
 *
 * @param driver its process
 * @param console takes what it prints
 */
record SubmittedRun(Process driver, Path console) {
    /** Its JVM was killed. */
    static final int KILLED = 128 + 9;

    /** Waits for its end; long, since somebody may halt the whole machine for a while. */
    int exitCode() throws InterruptedException {
        try {
            assertThat(driver.waitFor(15, TimeUnit.MINUTES)).as("ended in time").isTrue();
            return driver.exitValue();
        } finally {
            driver.destroyForcibly();
        }
    }

    String printed() throws IOException {
        return Files.readString(console);
    }

    void signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(driver.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
