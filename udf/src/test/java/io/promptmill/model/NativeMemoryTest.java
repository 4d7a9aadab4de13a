package io.promptmill.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.translate.TranslateException;
import io.promptmill.RandomCheckpoint;
import io.promptmill.TokenIds;
import io.promptmill.generation.OutOfNativeMemoryException;
import io.promptmill.generation.SlotCache;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the native engine's lack of memory arrives in Java. */
class NativeMemoryTest {
    /** Together 2^57 bytes and more: beyond the addresses of any process. */
    private static final int SLOTS = Integer.MAX_VALUE;

    private static final int POSITIONS = 1 << 21;

    @Test
    void aCacheBeyondAllMemoryIsRefusedAndTheModelStaysUsable(@TempDir Path folder) throws Exception {
        new RandomCheckpoint(100, 64, 32, 2, 2, 7).write(folder);
        try (LoadedModel model = CompiledModels.load(folder)) {
            assertThatThrownBy(() -> model.newSlotCache(SLOTS, POSITIONS).close())
                    .isInstanceOf(OutOfNativeMemoryException.class)
                    .hasMessage("There is no native memory left");
            try (SlotCache cache = model.newSlotCache(1, 64)) {
                assertThatThrownBy(() -> cache.ensureCapacity(SLOTS, POSITIONS))
                        .isInstanceOf(OutOfNativeMemoryException.class);
            }
            try (SlotCache cache = model.newSlotCache(1, 64)) {
                cache.prefill(new int[] {0}, 0, List.of(TokenIds.of(1, 2)), 16);
            }
        }
    }

    @Test
    void allocatorsAreToldFromOtherFailuresByTheirWords() {
        EngineException host = new EngineException("[enforce fail at alloc_cpu.cpp:119] err == 0. DefaultCPUAllocator:"
                + " can't allocate memory: you tried to allocate 4096 bytes. Error code 12 (Cannot allocate memory)");
        EngineException device = new EngineException("CUDA out of memory. Tried to allocate 2.00 GiB.");

        assertThat(NativeMemory.isRefused(host)).isTrue();
        assertThat(NativeMemory.isRefused(new TranslateException(device))).isTrue();
        assertThat(NativeMemory.isRefused(new EngineException("shape '[2, 3]' is invalid")))
                .isFalse();
        assertThat(NativeMemory.isRefused(new IllegalStateException("out of memory")))
                .isFalse();
    }
}
