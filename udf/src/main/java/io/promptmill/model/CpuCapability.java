package io.promptmill.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The vector instructions for which libtorch picks its kernels on this machine, and whether it multiplies bfloat16 by AMX.
 * Equal prompts give equal bits on machines of the same capability; on others the last bits may differ.
 *
 * <p>The rule is that of libtorch's {@code aten/src/ATen/native/DispatchStub.cpp}: the environment variable {@code
 * ATEN_CPU_CAPABILITY} where it names a capability, else what the processor offers. oneDNN and MKL look at the processor
 * once more by themselves, so equal capabilities are necessary for equal bits but no proof of them.
 */
public final class CpuCapability {
    /** AVX512 and multiplication of bfloat16 by AMX, as Intel's processors have had since Sapphire Rapids. */
    static final String WITH_AMX = "AVX512_AMX";

    /** What is said of machines other than Linux on x86-64. */
    public static final String UNKNOWN = "unknown";

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final List<String> FORCIBLE = List.of("avx512", "avx2", "default");
    private static final Set<String> AVX512 = Set.of("avx512f", "avx512vl", "avx512bw", "avx512dq", "fma");
    private static final Set<String> AVX2 = Set.of("avx2", "fma");
    private static final String FLAGS = "flags";

    private CpuCapability() {}

    /** {@code AVX512_AMX}, {@code AVX512}, {@code AVX2}, {@code DEFAULT} or {@link #UNKNOWN}. */
    public static String ofThisMachine() {
        return of(Optional.ofNullable(System.getenv("ATEN_CPU_CAPABILITY")), cpuInfo());
    }

    static String of(Optional<String> forced, List<String> cpuInfo) {
        Optional<Set<String>> flags = cpuInfo.stream()
                .map(line -> line.split(":", 2))
                .filter(parts -> parts.length == 2 && parts[0].strip().equals(FLAGS))
                .map(parts -> Set.copyOf(Arrays.asList(parts[1].strip().split("\\s+"))))
                .findFirst();
        if (flags.isEmpty()) {
            return UNKNOWN;
        }
        return forced.filter(FORCIBLE::contains).map(CpuCapability::upperCase).orElseGet(() -> offered(flags.get()));
    }

    private static String offered(Set<String> flags) {
        if (flags.containsAll(AVX512)) {
            return flags.contains("amx_bf16") ? WITH_AMX : "AVX512";
        }
        return flags.containsAll(AVX2) ? "AVX2" : "DEFAULT";
    }

    private static String upperCase(String name) {
        return name.toUpperCase(Locale.ROOT);
    }

    private static List<String> cpuInfo() {
        try {
            return Files.isReadable(CPU_INFO) ? Files.readAllLines(CPU_INFO) : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }
}
