package io.promptmill.spark.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TaskDeviceTest {
    @Test
    void aTaskRunsOnTheGpuThatSparkAssigned() {
        assertThat(TaskDevice.of(DeviceWish.AUTO, Optional.of("3"))).isEqualTo("gpu:3");
        assertThat(TaskDevice.of(DeviceWish.GPU, Optional.of("0"))).isEqualTo("gpu:0");
        assertThat(TaskDevice.of(DeviceWish.CPU, Optional.of("0"))).isEqualTo("cpu");
        assertThat(TaskDevice.of(DeviceWish.AUTO, Optional.empty())).isEqualTo("cpu");
    }

    @Test
    void outsideSparkThereIsNoGpu() {
        assertThat(TaskDevice.of(DeviceWish.AUTO)).isEqualTo("cpu");
        assertThatIllegalStateException()
                .isThrownBy(() -> TaskDevice.of(DeviceWish.GPU))
                .withMessageContaining("Spark assigned no GPU to this task: set spark.executor.resource.gpu.amount");
    }

    @Test
    void anAddressThatIsNoOrdinalIsRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TaskDevice.of(DeviceWish.AUTO, Optional.of("MIG-1a2b")))
                .withMessageContaining("MIG-1a2b");
    }
}
