package io.promptmill.spark.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ProcessLockTest {
    private final List<String> events = new CopyOnWriteArrayList<>();

    @Test
    void nobodyComputesBesideOneThatIsAlone() throws Exception {
        Thread together = new Thread(() -> ProcessLock.together(() -> events.add("together")));
        Thread alone = new Thread(() -> ProcessLock.alone(() -> events.add("another alone")));
        ProcessLock.alone(() -> {
            together.start();
            awaitWaiting(together);
            alone.start();
            awaitWaiting(alone);
            return events.add("alone");
        });
        together.join();
        alone.join();
        assertThat(events).containsExactly("alone", "together", "another alone");
    }

    @Test
    void manyComputeTogetherAndOneThatWantsToBeAloneWaitsForThem() throws Exception {
        CountDownLatch otherIsIn = new CountDownLatch(1);
        CountDownLatch otherMayLeave = new CountDownLatch(1);
        Thread other = new Thread(() -> ProcessLock.together(() -> {
            otherIsIn.countDown();
            await(otherMayLeave);
            return events.add("other");
        }));
        Thread alone = new Thread(() -> ProcessLock.alone(() -> events.add("alone")));
        ProcessLock.together(() -> {
            other.start();
            await(otherIsIn);
            alone.start();
            awaitWaiting(alone);
            return events.add("together");
        });
        otherMayLeave.countDown();
        other.join();
        alone.join();
        assertThat(events).containsExactly("together", "other", "alone");
    }

    @Test
    void oneThatIsAloneMayComputeAsAlways() {
        assertThat(ProcessLock.<String>alone(() -> ProcessLock.together(() -> "both")))
                .isEqualTo("both");
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
