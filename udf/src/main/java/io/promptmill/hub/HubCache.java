package io.promptmill.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.StrictJson;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of huggingface_hub's cache that one repository has ("Understand caching" in its documentation): {@code blobs}
 * with files by their digests, {@code snapshots/COMMIT} with links to them, {@code refs} with the commits that revisions
 * stand for, {@code .no_exist/COMMIT} with empty files for those that the repository does not have, and
 * {@code trees/COMMIT.json} with the names of all that it has. Others may read and write it at the same time.
 *
 * @param settings where the cache is
 * @param name of the model
 */
record HubCache(HubSettings settings, HubName name) {
    /** {@code TREE_CACHE_FORMAT_VERSION} of huggingface_hub. */
    private static final int TREE_FORMAT = 1;

    private static final int MAX_TREE_BYTES = 64 << 20;
    private static final int MAX_TREE_TOKENS = 4_000_000;

    /** All that is looked for is ASCII. */
    private static final Charset ANY_BYTES = StandardCharsets.ISO_8859_1;

    private Path repository() {
        return settings.cache().resolve(folderName());
    }

    private String folderName() {
        return "models--" + name.repository().replace("/", "--");
    }

    /** The folder of a commit's files. */
    Path snapshot(String commit) {
        return repository().resolve("snapshots").resolve(commit);
    }

    /** The content of a file. */
    Path blob(RemoteFile file) {
        return repository().resolve("blobs").resolve(file.digest());
    }

    /** What is locked by whoever writes a blob. */
    Path lock(RemoteFile file) {
        return settings.cache().resolve(".locks").resolve(folderName()).resolve(file.digest() + ".lock");
    }

    /** What is here of the revision; empty where nobody has asked for it yet. */
    Optional<CachedSnapshot> find() throws InvalidCheckpointException, IOException {
        Optional<String> commit = name.isPinned() ? name.revision() : commit();
        if (commit.isEmpty() || !Files.isDirectory(snapshot(commit.get()))) {
            return Optional.empty();
        }
        Path folder = snapshot(commit.get());
        Set<String> files = files(folder);
        Set<String> absent = files(absences(commit.get()));
        Optional<Set<String>> tree = tree(commit.get());
        tree.ifPresent(names -> absent.addAll(NeededFiles.absent(names)));
        try {
            return Optional.of(CachedSnapshot.of(commit.get(), folder, files, tree.orElse(Set.of()), absent));
        } catch (InvalidCheckpointException e) {
            throw new CachedFiles(name.toString(), folder).explain(e);
        }
    }

    private Optional<String> commit() throws IOException {
        Path ref = ref();
        return Files.isRegularFile(ref)
                ? Optional.of(Files.readString(ref, ANY_BYTES).strip()).filter(HubName::isCommit)
                : Optional.empty();
    }

    private Path ref() {
        return repository().resolve("refs").resolve(name.revisionOrMain());
    }

    private Path absences(String commit) {
        return repository().resolve(".no_exist").resolve(commit);
    }

    /** Names of the files in a folder; a link whose blob is gone is none. */
    private static Set<String> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return new HashSet<>();
        }
        try (Stream<Path> content = Files.list(folder)) {
            return content.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .collect(Collectors.toCollection(HashSet::new));
        }
    }

    /** What a commit has, where a client has noted it in a form that is known. */
    private Optional<Set<String>> tree(String commit) throws IOException {
        Path file = repository().resolve("trees").resolve(commit + ".json");
        if (!Files.isRegularFile(file) || Files.size(file) > MAX_TREE_BYTES) {
            return Optional.empty();
        }
        try {
            JsonNode json = StrictJson.tree(Files.readString(file, ANY_BYTES), MAX_TREE_TOKENS);
            if (json == null
                    || json.path("format_version").asInt() != TREE_FORMAT
                    || !json.path("files").isObject()) {
                return Optional.empty();
            }
            Set<String> names = new HashSet<>();
            json.path("files").fieldNames().forEachRemaining(names::add);
            return Optional.of(names);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Puts a blob that is whole by a file's name into a commit's snapshot, where it is not there yet. */
    void show(RemoteFile file, String commit, BlobState state) throws IOException {
        Path blob = blob(file);
        Path shown = snapshot(commit).resolve(file.name());
        if (Files.isRegularFile(shown)) {
            return;
        }
        Files.createDirectories(shown.getParent());
        if (Files.isSymbolicLink(shown)) {
            Files.deleteIfExists(shown); // its blob is gone
        }
        if (settings.hasLinks()) {
            try {
                Files.createSymbolicLink(shown, shown.getParent().relativize(blob));
                return;
            } catch (FileAlreadyExistsException e) {
                return; // somebody else has just made it
            } catch (FileSystemException | UnsupportedOperationException e) {
                // A file system without links.
            }
        }
        Path whole = beside(shown);
        if (state == BlobState.NEW) {
            Files.move(blob, whole);
        } else {
            Files.copy(blob, whole);
        }
        Files.move(whole, shown, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Notes that the model has no file of a name at a commit. */
    void noteAbsence(String file, String commit) throws IOException {
        Path mark = absences(commit).resolve(file);
        Files.createDirectories(mark.getParent());
        if (!Files.exists(mark)) {
            try {
                Files.createFile(mark);
            } catch (FileAlreadyExistsException e) {
                // Somebody else has just noted it.
            }
        }
    }

    /** Notes what the revision stands for. */
    void noteCommit(String commit) throws IOException {
        if (name.isPinned() || commit().equals(Optional.of(commit))) {
            return;
        }
        Path ref = ref();
        Files.createDirectories(ref.getParent());
        Path whole = beside(ref);
        Files.writeString(whole, commit);
        Files.move(whole, ref, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Bytes that can be written to the disk of the cache. */
    long room() throws IOException {
        Path folder = settings.cache();
        while (!Files.isDirectory(folder) && folder.getParent() != null) {
            folder = folder.getParent();
        }
        return Files.getFileStore(folder).getUsableSpace();
    }

    /** A name that nobody else uses and that no reader takes for a file of its own. */
    static Path beside(Path file) {
        String unique = UUID.randomUUID().toString().substring(0, 8);
        return file.resolveSibling(file.getFileName() + "." + unique + ".tmp");
    }

    /** Whether a blob may be used by other snapshots. */
    enum BlobState {
        /** It was fetched just now. */
        NEW,
        /** It was there before. */
        KNOWN
    }
}
