package io.promptmill.hub;

import io.promptmill.UriKeys;
import io.promptmill.files.InvalidCheckpointException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One blob on its way into the cache: into a file of its own, which a later process goes on with; then its digest is
 * computed from the disk, and it gets the blob's name. Single-threaded.
 */
final class BlobDownload {
    private static final Logger LOG = LoggerFactory.getLogger(BlobDownload.class);
    private static final int BUFFER = 1 << 20;
    private static final long TOLD_EVERY_NANOS = 10_000_000_000L;

    private final HubClient client;
    private final HubRefusals refusals;
    private final Retries retries;
    private final HubName name;
    private final RemoteFile file;
    private long told;
    private long bytesTold;

    /** @param name with the commit */
    BlobDownload(HubClient client, HubRefusals refusals, Retries retries, HubName name, RemoteFile file) {
        this.client = client;
        this.refusals = refusals;
        this.retries = retries;
        this.name = name;
        this.file = file;
    }

    /**
     * Fetches the blob, unless it is there.
     *
     * @param blob where it is to be
     * @throws InvalidCheckpointException when it does not come, or not as the hub says it is
     * @throws IOException when it cannot be written
     */
    void into(Path blob) throws InvalidCheckpointException, IOException {
        Files.createDirectories(blob.getParent());
        Path part = blob.resolveSibling(blob.getFileName() + ".promptmill.incomplete");
        try (FileChannel channel = open(part);
                FileLock lock = lock(channel)) {
            if (lock != null) {
                // Whoever had it before may have given it the blob's name in the meantime.
                if (!Files.isRegularFile(blob)) {
                    fetch(channel, part, blob);
                } else if (Files.exists(part) && !Files.isSameFile(part, blob)) {
                    Files.deleteIfExists(part);
                }
                return;
            }
        }
        // Another process writes it and honours no lock on the blob.
        Path own = HubCache.beside(part);
        try (FileChannel channel = open(own)) {
            fetch(channel, own, blob);
        } finally {
            Files.deleteIfExists(own);
        }
    }

    private static FileChannel open(Path part) throws IOException {
        return FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private void fetch(FileChannel channel, Path part, Path blob) throws InvalidCheckpointException, IOException {
        complete(channel);
        if (!file.isIn(part)) {
            // What was here before may have been of something else.
            LOG.warn("{} of {} did not come as the hub says it is, and is fetched anew", file.name(), name);
            channel.truncate(0);
            complete(channel);
            if (!file.isIn(part)) {
                channel.truncate(0);
                Files.deleteIfExists(part);
                throw refusals.damaged(file);
            }
        }
        channel.force(true);
        Files.move(part, blob, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Fetches what is missing at the end of a file. */
    private void complete(FileChannel channel) throws InvalidCheckpointException, IOException {
        if (channel.size() > file.bytes()) {
            channel.truncate(0);
        }
        long most = channel.size();
        if (most > 0) {
            LOG.info("{} goes on behind its first {} MB", file.name(), RemoteFile.megabytes(most));
        }
        int failures = 0;
        while (channel.size() < file.bytes()) {
            IOException failure = receive(channel);
            if (channel.size() > most) {
                most = channel.size();
                failures = 0;
            }
            if (failure != null) {
                failures++;
                if (retries.areUsedUp(failures)) {
                    throw refusals.unreachable(failure);
                }
                long wait = retries.wait(failures);
                LOG.warn(
                        "{} of {} was cut at {} of {} bytes: {}; it goes on in {} s",
                        file.name(),
                        name,
                        channel.size(),
                        file.bytes(),
                        InvalidCheckpointException.oneLine(UriKeys.hide(failure.toString())),
                        wait);
                retries.pause(wait);
            }
        }
    }

    /** Appends what an answer brings; gives what cut it short, or null. */
    private IOException receive(FileChannel channel) throws InvalidCheckpointException, IOException {
        try (HubResponse response = client.content(name, file.name(), channel.size())) {
            if (response.status() != HubResponse.PARTIAL) {
                channel.truncate(0);
            }
            bytesTold = channel.size();
            told = System.nanoTime();
            channel.position(bytesTold);
            byte[] buffer = new byte[BUFFER];
            InputStream body;
            try {
                body = response.body();
            } catch (IOException e) {
                return e;
            }
            while (channel.size() < file.bytes()) {
                int read;
                try {
                    read = body.read(buffer, 0, (int) Math.min(buffer.length, file.bytes() - channel.size()));
                } catch (IOException e) {
                    return e;
                }
                if (read < 0) {
                    return new EOFException("the answer ended early");
                }
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                tell(channel.size());
            }
            return null;
        }
    }

    private void tell(long here) {
        long nanos = System.nanoTime() - told;
        if (nanos > TOLD_EVERY_NANOS) {
            double rate = Math.max(0, here - bytesTold) * 1e9 / nanos;
            LOG.info(
                    "fetching {}: {} of {} MB, {} MB/s",
                    file.name(),
                    RemoteFile.megabytes(here),
                    RemoteFile.megabytes(file.bytes()),
                    RemoteFile.megabytes(Math.round(rate)));
            told += nanos;
            bytesTold = here;
        }
    }
}
