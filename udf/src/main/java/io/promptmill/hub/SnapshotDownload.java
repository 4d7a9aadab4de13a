package io.promptmill.hub;

import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.hub.HubCache.BlobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a model at one commit on their way into the cache. Single-threaded. */
final class SnapshotDownload {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotDownload.class);

    private final HubCache cache;
    private final HubClient client;
    private final HubRefusals refusals;
    private final Retries retries;
    private final HubName name;
    private final String commit;
    private boolean isToldOf;

    /** @param name with the commit */
    SnapshotDownload(HubCache cache, HubClient client, HubRefusals refusals, Retries retries, HubName name) {
        this.cache = cache;
        this.client = client;
        this.refusals = refusals;
        this.retries = retries;
        this.name = name;
        this.commit = name.revision().orElseThrow();
    }

    /**
     * Fetches the files of these names that are not in the snapshot yet, one after the other.
     *
     * @throws InvalidCheckpointException when one does not come, or there is no room for all of them
     * @throws IOException when the cache cannot be written to
     */
    void fetch(Collection<String> names) throws InvalidCheckpointException, IOException {
        List<RemoteFile> files = new ArrayList<>();
        List<String> coming = new ArrayList<>();
        long needed = 0;
        for (String file : names) {
            if (!Files.isRegularFile(cache.snapshot(commit).resolve(file))) {
                RemoteFile remote = client.file(name, file);
                files.add(remote);
                if (!Files.isRegularFile(cache.blob(remote))) {
                    coming.add(file);
                    needed += remote.bytes();
                }
            }
        }
        long room = cache.room();
        if (room > 0 && room < needed) { // some file systems do not tell
            throw refusals.noRoom(needed, room);
        }
        if (!coming.isEmpty()) {
            if (!isToldOf) {
                isToldOf = true;
                LOG.info(
                        "fetching the model {} from {} into {}",
                        name,
                        cache.settings().endpoint(),
                        cache.settings().cache());
            }
            LOG.info("fetching {}, {} MB", InvalidCheckpointException.listed(coming), RemoteFile.megabytes(needed));
        }
        for (RemoteFile file : files) {
            fetch(file);
        }
    }

    private void fetch(RemoteFile file) throws InvalidCheckpointException, IOException {
        Path blob = cache.blob(file);
        CacheLock lock = CacheLock.take(cache.lock(file));
        try {
            BlobState state = BlobState.KNOWN;
            if (!Files.isRegularFile(blob)) {
                if (Files.isRegularFile(cache.snapshot(commit).resolve(file.name()))) {
                    return; // another process has fetched it, on a file system without links
                }
                new BlobDownload(client, refusals, retries, name, file).into(blob);
                state = BlobState.NEW;
            }
            cache.show(file, commit, state);
        } finally {
            lock.close();
        }
    }
}
