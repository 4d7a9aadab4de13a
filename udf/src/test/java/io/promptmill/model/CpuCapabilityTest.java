package io.promptmill.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CpuCapabilityTest {
    private static List<String> cpuInfo(String flags) {
        return List.of(
                "processor\t: 0", "vmx flags\t: vnmi", "flags\t\t: fpu sse2 " + flags, "bugs\t\t: spectre_v1", "");
    }

    @ParameterizedTest
    @CsvSource({
        "avx avx2 fma avx512f avx512dq avx512bw avx512vl avx512_vnni, AVX512",
        "avx avx2 fma avx512f avx512dq avx512bw avx512vl amx_bf16 amx_tile, AVX512_AMX",
        "avx avx2 fma avx512f avx512cd, AVX2", // Knights Landing
        "avx avx2 fma, AVX2",
        "avx2, DEFAULT",
        "avx fma, DEFAULT",
        "sse4_2, DEFAULT",
    })
    void theProcessorsFlagsDecide(String flags, String capability) {
        assertThat(CpuCapability.of(Optional.empty(), cpuInfo(flags))).isEqualTo(capability);
    }

    @ParameterizedTest
    @CsvSource({"avx512, AVX512", "avx2, AVX2", "default, DEFAULT", "AVX2, AVX512_AMX", "other, AVX512_AMX"})
    void theEnvironmentWinsWhereItNamesACapability(String forced, String capability) {
        String flags = "avx2 fma avx512f avx512dq avx512bw avx512vl amx_bf16";

        assertThat(CpuCapability.of(Optional.of(forced), cpuInfo(flags))).isEqualTo(capability);
    }

    @Test
    void otherMachinesAreUnknown() {
        assertThat(CpuCapability.of(Optional.empty(), List.of("Features\t: fp asimd sve")))
                .isEqualTo("unknown");
        assertThat(CpuCapability.of(Optional.of("default"), List.of())).isEqualTo("unknown");
    }
}
