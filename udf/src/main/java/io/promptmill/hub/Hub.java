package io.promptmill.hub;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.checkpoint.CheckpointNames;
import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Hugging Face hub and its cache on this machine, where and how the environment variables of huggingface_hub say:
 * {@code HF_HOME}, {@code HF_HUB_CACHE}, {@code HF_ENDPOINT}, {@code HF_TOKEN} or its file, {@code HF_HUB_OFFLINE} and the
 * like. Immutable and thread-safe; of the fetches in one JVM one runs at a time.
 */
public final class Hub {
    private static final Object FETCHING = new Object();

    private final Map<String, String> environment;
    private final Retries retries;

    Hub(Map<String, String> environment, Retries retries) {
        this.environment = Map.copyOf(environment);
        this.retries = retries;
    }

    /** The hub by the environment of this process. */
    public static Hub ofThisProcess() {
        return with(System.getenv());
    }

    /**
     * The hub by other variables.
     *
     * @param environment values by name
     */
    public static Hub with(Map<String, String> environment) {
        return new Hub(environment, Retries.inRealTime());
    }

    /**
     * Brings a model to this machine: from the cache where it is whole, without asking anybody, otherwise into it. A revision
     * that the cache knows stays the commit that it is there.
     *
     * @throws InvalidCheckpointException when it cannot be had, or cannot be used
     * @throws IOException when the cache cannot be read
     */
    public HubModel bring(HubName name) throws InvalidCheckpointException, IOException {
        HubSettings settings = HubSettings.of(environment);
        HubRefusals refusals = new HubRefusals(settings, name);
        Optional<CachedSnapshot> found = new HubCache(settings, name).find();
        if (found.map(CachedSnapshot::isWhole).orElse(false)) {
            return model(name, found.get(), List.of());
        }
        Optional<CachedSnapshot> usable = found.filter(CachedSnapshot::isModel);
        if (settings.isOffline()) {
            if (usable.isEmpty()) {
                throw refusals.offline(found.map(CachedSnapshot::missing).orElse(List.of()));
            }
            return model(name, usable.get(), List.of(unknown(name, usable.get(), "HF_HUB_OFFLINE is set")));
        }
        HubName asked = usable.map(snapshot -> name.at(snapshot.commit())).orElse(name);
        synchronized (FETCHING) {
            HubClient client = new HubClient(settings, refusals, retries);
            Listing listing;
            try {
                listing = client.listing(asked);
            } catch (InvalidCheckpointException e) {
                if (usable.isEmpty()) {
                    throw e;
                }
                return model(
                        name,
                        usable.get(),
                        List.of(unknown(name, usable.get(), e.problem().toString())));
            }
            return fetch(name, listing, client, refusals, settings);
        }
    }

    private static HubModel model(HubName name, CachedSnapshot snapshot, List<String> warnings) {
        return new HubModel(name.at(snapshot.commit()), snapshot.folder(), warnings);
    }

    private static String unknown(HubName name, CachedSnapshot snapshot, String why) {
        return "whether " + name.at(snapshot.commit()) + " has "
                + InvalidCheckpointException.listed(snapshot.unknown())
                + " is not known, since the cache tells nothing of them, so it is used without: " + why;
    }

    private HubModel fetch(HubName name, Listing listing, HubClient client, HubRefusals refusals, HubSettings settings)
            throws InvalidCheckpointException, IOException {
        if (!NeededFiles.areIn(listing.files())) {
            throw refusals.noModel(listing);
        }
        HubCache cache = new HubCache(settings, name);
        SnapshotDownload download = new SnapshotDownload(cache, client, refusals, retries, name.at(listing.commit()));
        try {
            download.fetch(NeededFiles.beforeWeights(listing.files()));
            Checkpoint.checkSettings(cache.snapshot(listing.commit()));
            download.fetch(NeededFiles.weights(listing.files()));
            download.fetch(CheckpointNames.shards(new CheckpointFolder(cache.snapshot(listing.commit()))));
            for (String absent : NeededFiles.absent(listing.files())) {
                cache.noteAbsence(absent, listing.commit());
            }
            cache.noteCommit(listing.commit());
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            throw refusals.cacheFailed(e); // what fails on the way is a refusal already
        }
        List<String> warnings = new ArrayList<>();
        if (!listing.repository().isEmpty() && !listing.repository().equals(name.repository())) {
            warnings.add("the model " + name.repository() + " is called "
                    + InvalidCheckpointException.oneLine(listing.repository())
                    + " now: its old name leads there only as long as nobody else takes it, so name it by the new one");
        }
        return new HubModel(name.at(listing.commit()), cache.snapshot(listing.commit()), warnings);
    }
}
