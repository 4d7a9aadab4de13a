package io.promptmill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.promptmill.files.InvalidCheckpointException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A file of a checkpoint as a stranger may send it. */
public final class HostileFile {
    /** Most bytes a reader may ask for until it refuses; what is reachable at a time is less. */
    private static final long MAX_ALLOCATED_BYTES = 512L << 20;

    private static final int JACKSON_NAME_CHARS = 50_000;
    private static final int MAX_MESSAGE_CHARS = 1_500;
    private static final Pattern CONTROL_CHARACTER = Pattern.compile("\\p{Cc}");

    private final String name;
    private final String file;
    private final byte[] content;
    private final String refusal;

    /**
     * A file of bytes.
     *
     * @param name says what is wrong with it
     * @param file its name in the checkpoint's folder
     * @param refusal words of the refusal it has to meet
     */
    public HostileFile(String name, String file, byte[] content, String refusal) {
        this.name = name;
        this.file = file;
        this.content = content;
        this.refusal = refusal;
    }

    /** A file of text. */
    public HostileFile(String name, String file, String content, String refusal) {
        this(name, file, content.getBytes(StandardCharsets.UTF_8), refusal);
    }

    /** Its name in the checkpoint's folder. */
    public String file() {
        return file;
    }

    /** Its bytes; shared, not to be changed. */
    public byte[] content() {
        return content;
    }

    /** Reads a checkpoint's folder. */
    @FunctionalInterface
    public interface Reader {
        /** Reads what it is about and checks it. */
        void read(Path folder) throws Exception;
    }

    /** Puts the file into a folder, where the reader has to refuse it in one short line and within its memory. */
    public void assertRefused(Path folder, Reader reader) throws Exception {
        Files.write(folder.resolve(file), content);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> reader.read(folder))
                .isInstanceOfAny(InvalidCheckpointException.class, InvalidSettingException.class)
                .satisfies(this::assertReason)
                .satisfies(HostileFile::assertOneShortLine);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MAX_ALLOCATED_BYTES);
    }

    /** Spark 4's Jackson refuses long names by itself. */
    private void assertReason(Throwable refused) {
        if (content.length > JACKSON_NAME_CHARS) {
            assertThat(refused.getMessage())
                    .containsAnyOf(refusal, "exceeds the maximum allowed (" + JACKSON_NAME_CHARS);
        } else {
            assertThat(refused).hasMessageContaining(refusal);
        }
    }

    /** A message that a stranger can neither make long nor spread over lines. */
    public static void assertOneShortLine(Throwable refusal) {
        // Not by AssertJ: a fuzzer calls it a million times.
        String message = refusal.getMessage();
        if (message.length() > MAX_MESSAGE_CHARS
                || CONTROL_CHARACTER.matcher(message).find()) {
            throw new AssertionError("A refusal has to be one short line", refusal);
        }
    }

    @Override
    public String toString() {
        return file + ": " + name;
    }
}
