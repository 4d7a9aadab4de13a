package io.promptmill.jobs.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Memory of this process.
 *
 * @param peakResidentBytes the most that was resident since it started; empty where the system does not tell
 * @param heapBytes heap in use
 */
record Memory(OptionalLong peakResidentBytes, long heapBytes) {
    private static final Path STATUS = Path.of("/proc/self/status");

    static Memory now() {
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new Memory(peak(status()), heap);
    }

    /** The line {@code VmHWM: 123456 kB} of Linux' {@code proc(5)}. */
    static OptionalLong peak(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst();
    }

    private static List<String> status() {
        try {
            return Files.isReadable(STATUS) ? Files.readAllLines(STATUS) : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }
}
