package io.promptmill.spark.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TaskDeviceTest {
    @Test
    void aTaskRunsOnTheGpuThatSparkAssigned() {
        assertThat(TaskDevice.of(RequestedDevice.AUTO, Optional.of("3"))).isEqualTo("gpu:3");
        assertThat(TaskDevice.of(RequestedDevice.GPU, Optional.of("0"))).isEqualTo("gpu:0");
        assertThat(TaskDevice.of(RequestedDevice.CPU, Optional.of("0"))).isEqualTo("cpu");
        assertThat(TaskDevice.of(RequestedDevice.AUTO, Optional.empty())).isEqualTo("cpu");
    }

    @Test
    void outsideSparkThereIsNoGpu() {
        assertThat(TaskDevice.of(RequestedDevice.AUTO)).isEqualTo("cpu");
        assertThatIllegalStateException()
                .isThrownBy(() -> TaskDevice.of(RequestedDevice.GPU))
                .withMessageContaining("Spark assigned no GPU to this task: set spark.executor.resource.gpu.amount");
    }

    @Test
    void anAddressThatIsNoOrdinalIsRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TaskDevice.of(RequestedDevice.AUTO, Optional.of("MIG-1a2b")))
                .withMessageContaining("MIG-1a2b");
    }
}
