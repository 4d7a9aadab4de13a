package io.promptmill.spark.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class WarmModelsTest {
    private static final WarmModels.Key A = new WarmModels.Key("a", "cpu");
    private static final WarmModels.Key B = new WarmModels.Key("b", "cpu");
    private static final WarmModels.Key ON_GPU = new WarmModels.Key("a", "gpu:0");

    private final List<String> closed = new ArrayList<>();
    private final WarmModels<String> models = new WarmModels<>(closed::add);

    private WarmModels.Lease<String> acquire(WarmModels.Key key) {
        return models.acquire(key, () -> key.digest() + "@" + key.device());
    }

    @Test
    void aModelIsLoadedOnceForAllLeases() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<WarmModels.Lease<String>>> leases = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                leases.add(threads.submit(() -> acquire(A)));
            }
            for (Future<WarmModels.Lease<String>> lease : leases) {
                assertThat(lease.get().model()).isEqualTo("a@cpu");
            }
        } finally {
            threads.shutdown();
        }
        assertThat(models.loads()).isEqualTo(1);
    }

    @Test
    void aModelStaysWarmAfterItsLastLease() {
        acquire(A).close();
        acquire(A).close();

        assertThat(models.loads()).isEqualTo(1);
        assertThat(closed).isEmpty();
    }

    @Test
    void anIdleModelMakesRoomForAnother() {
        acquire(A).close();
        acquire(ON_GPU).close();
        WarmModels.Lease<String> other = acquire(B);

        assertThat(closed).containsExactly("a@cpu");
        assertThat(other.model()).isEqualTo("b@cpu");
        assertThat(models.loads()).isEqualTo(3);
    }

    @Test
    void aLeasedModelIsNeverClosed() {
        WarmModels.Lease<String> first = acquire(A);
        WarmModels.Lease<String> second = acquire(A);
        WarmModels.Lease<String> other = acquire(B);
        first.close();
        first.close();
        other.close();

        assertThat(closed).isEmpty();
        second.close();
        assertThat(closed).containsExactly("b@cpu");
    }

    @Test
    void aFailedLoadLeavesNothingBehind() {
        assertThatIllegalStateException()
                .isThrownBy(() -> models.acquire(A, () -> {
                    throw new IllegalStateException("no memory");
                }));

        assertThat(models.loads()).isZero();
        assertThat(acquire(A).model()).isEqualTo("a@cpu");
    }
}
