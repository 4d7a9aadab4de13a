package io.promptmill.hub;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock that huggingface_hub takes on a blob while it is fetched: {@code flock(2)}, by way of the filelock package. Java's
 * own locks are those of {@code fcntl(2)}, which on Linux's local disks know nothing of the former. It only spares the
 * second of two processes the work of the first: where it cannot be taken, both fetch the blob, and each is whole.
 */
final class CacheLock {
    private static final Logger LOG = LoggerFactory.getLogger(CacheLock.class);

    /** Of {@code fcntl.h} and {@code sys/file.h}, the same on Linux and macOS. */
    private static final int O_RDWR = 2;

    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;

    /** {@code EACCES}, and {@code EWOULDBLOCK} of Linux and macOS. */
    private static final Set<Integer> TAKEN = Set.of(13, 11, 35);

    private static final int NONE = -1;
    private static final long TRY_EVERY_MILLIS = 100;
    private static final boolean CAN_LOCK = register();

    private final int descriptor;

    private CacheLock(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Waits until nobody else has it.
     *
     * @param file made where it is not there; it stays
     */
    static CacheLock take(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            // It has been locked before.
        }
        int descriptor = CAN_LOCK ? open(file.toString(), O_RDWR) : NONE;
        if (descriptor == NONE) {
            return new CacheLock(NONE);
        }
        boolean isTold = false;
        while (flock(descriptor, LOCK_EX | LOCK_NB) != 0 && TAKEN.contains(Native.getLastError())) {
            if (!isTold) {
                LOG.info("Somebody else fetches the same file and holds {}; what it fetches is waited for", file);
                isTold = true;
            }
            try {
                Thread.sleep(TRY_EVERY_MILLIS);
            } catch (InterruptedException e) {
                close(descriptor);
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while it waited for " + file);
            }
        }
        return new CacheLock(descriptor);
    }

    /** Frees it. */
    void close() {
        if (descriptor != NONE) {
            close(descriptor);
        }
    }

    // JNA cannot be loaded where temporary files may not be executed.
    private static boolean register() {
        try {
            Native.register(CacheLock.class, Platform.C_LIBRARY_NAME);
            return true;
        } catch (LinkageError | RuntimeException e) {
            LOG.debug("Files of the hub's cache are not locked", e);
            return false;
        }
    }

    private static native int open(String path, int flags);

    private static native int flock(int descriptor, int operation);

    private static native int close(int descriptor);
}
