package io.promptmill;

import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.util.stream.Stream;

/** What the Jazzer targets of all readers share. */
public final class Fuzzing {
    /** Inputs that {@code mvn -Pfuzz} tries of a target. */
    public static final long EXECUTIONS = 1_000_000;

    /** How long it tries them at most. */
    public static final String DURATION = "30m";

    /** Larger inputs only slow the search down. */
    public static final int MAX_SEED_BYTES = 16 << 10;

    private Fuzzing() {}

    /** The small ones of a corpus. */
    public static Stream<byte[]> small(Stream<HostileFile> files) {
        return files.map(HostileFile::content).filter(content -> content.length <= MAX_SEED_BYTES);
    }

    /** What a reader does with a file. */
    @FunctionalInterface
    public interface Reading {
        /** Reads it and checks what comes out. */
        void run() throws InvalidCheckpointException, IOException;
    }

    /** Reads a file, which may be refused and nothing else. */
    public static void read(Reading reading) throws IOException {
        try {
            reading.run();
        } catch (InvalidCheckpointException e) {
            HostileFile.assertOneShortLine(e);
        }
    }
}
