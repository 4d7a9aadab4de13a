package io.promptmill.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A hanging call is noticed, and only that. */
class WatchdogTest {
    private final List<String> hung = new CopyOnWriteArrayList<>();
    private final CountDownLatch noticed = new CountDownLatch(1);

    @Test
    void aCallThatHangsIsNamed() throws Exception {
        Watchdog watchdog = new Watchdog(Duration.ofMillis(1), this::notice);

        assertThat(watchdog.watch("step", this::hang)).isTrue();

        assertThat(hung).containsExactly("step");
    }

    @Test
    void callsThatHaveReturnedOrThrownAreForgotten() throws Exception {
        Watchdog watchdog = new Watchdog(Duration.ofMillis(200), this::notice);
        for (int i = 0; i < 1000; i++) {
            assertThat(watchdog.<String, RuntimeException>watch("call", () -> "result"))
                    .isEqualTo("result");
        }
        assertThatThrownBy(() -> watchdog.watch("failing call", () -> {
                    throw new IOException("says the test");
                }))
                .hasMessage("says the test");

        assertThat(watchdog.watch("last", this::hang)).isTrue();

        assertThat(hung).as("their alarms would have gone off first").containsExactly("last");
    }

    /** Does not return before the watchdog has noticed. */
    private boolean hang() throws InterruptedException {
        return noticed.await(1, TimeUnit.MINUTES);
    }

    private void notice(String call) {
        hung.add(call);
        noticed.countDown();
    }
}
