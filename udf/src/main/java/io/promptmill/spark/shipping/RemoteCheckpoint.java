package io.promptmill.spark.shipping;

import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.hub.Hub;
import io.promptmill.hub.HubModel;
import io.promptmill.pretrained.ModelName;
import io.promptmill.pretrained.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A model on any file system of Hadoop or of the hub, brought to this machine with its base where it is an adapter. Where
 * the base is not beside it, it is what the caller names, or else what the adapter names: a path from its own location, or an
 * absolute one on the same file system, or a model of the hub where the adapter is, or what
 * {@link Checkpoint#open(java.nio.file.Path)} finds on this machine.
 *
 * @param location a folder, a version in one, or a model of the hub ({@link ModelName})
 * @param base the same of an adapter's base; empty where none is named
 * @param hadoop knows the file systems
 * @param hub where models are that are in no folder
 */
public record RemoteCheckpoint(String location, Optional<String> base, Configuration hadoop, Hub hub)
        implements ModelSource {
    /** Kinds of files a checkpoint may be read from; folders also hold weights for other frameworks. */
    private static final List<String> SUFFIXES = List.of(".json", ".txt", ".jinja", ".model", ".safetensors", ".bin");

    /** One with the hub that the environment of this process says. */
    public RemoteCheckpoint(String location, Optional<String> base, Configuration hadoop) {
        this(location, base, hadoop, Hub.ofThisProcess());
    }

    /**
     * Copies to {@code work} what is not local, and fetches into the hub's cache what is on the hub.
     *
     * @throws InvalidCheckpointException when there is no such version or model, or an adapter's configuration cannot be read
     * @throws IOException when a location is no folder or cannot be read
     */
    @Override
    public Folders bring(java.nio.file.Path work) throws InvalidCheckpointException, IOException {
        HadoopFolders folders = new HadoopFolders(hadoop);
        String found = new ModelName(location).location(folders);
        Folders model = bring(found, work);
        if (base.isPresent()) {
            return model.over(new RemoteCheckpoint(base.get(), Optional.empty(), hadoop, hub).bringAlone(work));
        }
        if (model.hubName().isPresent()) {
            return model.withBaseFromHub(folders, hub);
        }
        Optional<String> named = Checkpoint.missingBase(model.model());
        if (named.isPresent()) {
            Optional<Path> other = onSameFileSystem(HadoopFolders.path(found), named.get(), hadoop);
            if (other.isPresent()) {
                return model.over(Folders.of(localCopy(other.get().toString(), work, hadoop)));
            }
        }
        return model;
    }

    /**
     * As {@link #bring}, without any base.
     *
     * @throws InvalidCheckpointException when there is no such version or model
     * @throws IOException when the location is no folder or cannot be read
     */
    public Folders bringAlone(java.nio.file.Path work) throws InvalidCheckpointException, IOException {
        return bring(new ModelName(location).location(new HadoopFolders(hadoop)), work);
    }

    private Folders bring(String found, java.nio.file.Path work) throws InvalidCheckpointException, IOException {
        Optional<HubModel> fetched = new ModelName(found).fromHub(new HadoopFolders(hadoop), hub);
        return fetched.isPresent() ? Folders.of(fetched.get()) : Folders.of(localCopy(found, work, hadoop));
    }

    /** A name in a stranger's file is not to make this machine ask another store than that of the file. */
    private static Optional<Path> onSameFileSystem(Path location, String name, Configuration hadoop)
            throws IOException {
        FileSystem files = new HadoopFolders(hadoop).files(location);
        try {
            Path base = files.makeQualified(new Path(location, name));
            return files.exists(new Path(base, "config.json")) ? Optional.of(base) : Optional.empty();
        } catch (IllegalArgumentException e) { // no path, or one of another file system
            return Optional.empty();
        }
    }

    /**
     * A folder on this machine: itself where it is local, otherwise a copy.
     *
     * @param location a folder on any Hadoop file system, by its path as {@link HadoopFolders} looks it up
     * @param work where the copy is made; the caller deletes it, or else it is deleted when the JVM ends
     * @throws IOException when it is no folder or cannot be read
     */
    public static java.nio.file.Path localCopy(String location, java.nio.file.Path work, Configuration hadoop)
            throws IOException {
        HadoopFolders folders = new HadoopFolders(hadoop);
        Path folder = HadoopFolders.path(location);
        if (!folders.isFolder(location)) {
            throw new ModelName(location).missing(folders.files(folder).getUri().toString());
        }
        Optional<java.nio.file.Path> local = folders.onThisMachine(location);
        return local.isPresent() ? local.get() : copy(folders.files(folder), folder, work, hadoop);
    }

    private static java.nio.file.Path copy(FileSystem files, Path folder, java.nio.file.Path work, Configuration hadoop)
            throws IOException {
        java.nio.file.Path copy = Files.createTempDirectory(work, "checkpoint-");
        FileSystem.getLocal(hadoop).deleteOnExit(new Path(copy.toUri()));
        for (FileStatus status : files.listStatus(folder)) {
            String name = status.getPath().getName();
            if (status.isFile() && SUFFIXES.stream().anyMatch(name.toLowerCase(Locale.ROOT)::endsWith)) {
                boolean withoutChecksumTwin = true;
                files.copyToLocalFile(
                        false, status.getPath(), new Path(copy.resolve(name).toUri()), withoutChecksumTwin);
            }
        }
        return copy;
    }
}
