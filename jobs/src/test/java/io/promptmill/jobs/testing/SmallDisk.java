package io.promptmill.jobs.testing;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A disk of a given size in memory, which can be filled up. Where this user may not mount one, the test is skipped. */
public final class SmallDisk implements AutoCloseable {
    public static final int PAGE = 4096;

    private final Path folder;
    private final Path ballast;

    private SmallDisk(Path folder) {
        this.folder = folder;
        this.ballast = folder.resolve("ballast");
    }

    /** Mounts one on a new folder. */
    public static SmallDisk mount(Path folder, int bytes) throws IOException {
        Files.createDirectory(folder);
        String refusal = run(List.of("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", folder.toString()));
        if (!refusal.isEmpty()) {
            abort("a small disk cannot be mounted here: " + refusal);
        }
        return new SmallDisk(folder);
    }

    public Path folder() {
        return folder;
    }

    /** Fills the disk until only so many bytes are free, rounded down to pages. */
    public void leave(long free) throws IOException {
        Files.deleteIfExists(ballast);
        long taken = Files.getFileStore(folder).getUsableSpace() - free / PAGE * PAGE;
        Files.write(ballast, new byte[Math.toIntExact(taken)]);
    }

    /** Makes room. */
    public void empty() throws IOException {
        Files.deleteIfExists(ballast);
    }

    @Override
    public void close() throws IOException {
        run(List.of("umount", "--lazy", folder.toString()));
    }

    /** What the command complains about; empty where all went well. */
    private static String run(List<String> command) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
        String said = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
        int exitCode = process.onExit().join().exitValue();
        return exitCode == 0 ? "" : said.strip() + " (exit code " + exitCode + ")";
    }
}
