package io.promptmill.jobs.training;

import io.promptmill.jobs.tracking.Machine;
import io.promptmill.model.CpuCapability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What is told of the machine that this process runs on: nothing that names it. */
public final class ThisMachine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Path MEMORY_INFO = Path.of("/proc/meminfo");
    private static final long KIB = 1024;

    private ThisMachine() {}

    /** The machine with what a run uses of it. */
    public static Machine with(int threads, String device) {
        String cpu = field(CPU_INFO, "model name").orElse("unknown") + ", " + CpuCapability.ofThisMachine();
        Long memory = field(MEMORY_INFO, "MemTotal")
                .map(size -> Long.parseLong(size.replaceAll("\\D", "")) * KIB)
                .orElse(null);
        return new Machine(cpu, Runtime.getRuntime().availableProcessors(), threads, device, memory);
    }

    private static Optional<String> field(Path file, String name) {
        List<String> lines;
        try {
            lines = Files.isReadable(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            lines = List.of();
        }
        return lines.stream()
                .map(line -> line.split(":", 2))
                .filter(parts -> parts.length == 2 && parts[0].strip().equals(name))
                .map(parts -> parts[1].strip())
                .findFirst();
    }
}
