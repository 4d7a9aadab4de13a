package io.promptmill.pretrained;

import io.promptmill.Problem;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The versions in a folder of a model: {@code v1}, {@code v2}, and so on, as they were when it was looked at. A folder of
 * such a name without {@code promptmill.json} is no version: a run is writing it, or has died over it. Immutable.
 */
public final class ModelVersions {
    /** Of a folder that is not there. */
    public static final ModelVersions NONE = new ModelVersions("", List.of(), List.of(), List.of());

    private static final Pattern FOLDER = Pattern.compile("v[1-9]\\d{0,8}");
    private static final Pattern NEARLY_FOLDER = Pattern.compile("[vV]\\d+");

    private final String folder;
    private final List<Entry> entries;
    private final List<String> unfinished;
    private final List<String> misnamed;

    private ModelVersions(String folder, List<Entry> entries, List<String> unfinished, List<String> misnamed) {
        this.folder = folder;
        this.entries = List.copyOf(entries);
        this.unfinished = List.copyOf(unfinished);
        this.misnamed = List.copyOf(misnamed);
    }

    /**
     * A version as it was found.
     *
     * @param folderName {@code v3}
     * @param version what is known of it; empty where that cannot be read
     * @param problem why it cannot be read; empty where it can
     */
    public record Entry(String folderName, Optional<ModelVersion> version, Optional<Problem> problem) {}

    /** Looks at a folder, which has to be there. */
    public static ModelVersions in(String folder, FolderLookup folders) throws IOException {
        List<Entry> entries = new ArrayList<>();
        List<String> unfinished = new ArrayList<>();
        List<String> all = folders.folders(folder);
        List<String> names = all.stream()
                .filter(ModelVersions::isFolderName)
                .sorted(Comparator.comparingInt(ModelVersions::number))
                .toList();
        for (String name : names) {
            try {
                Optional<String> text = folders.text(folder + "/" + name, ModelVersion.FILE);
                if (text.isEmpty()) {
                    unfinished.add(name);
                } else {
                    entries.add(new Entry(name, Optional.of(read(text.get(), name)), Optional.empty()));
                }
            } catch (InvalidCheckpointException e) {
                entries.add(new Entry(name, Optional.empty(), Optional.of(e.problem())));
            }
        }
        return new ModelVersions(folder, entries, unfinished, misnamed(folder, all, folders));
    }

    private static List<String> misnamed(String folder, List<String> names, FolderLookup folders) throws IOException {
        List<String> misnamed = new ArrayList<>();
        for (String name : names.stream().sorted().toList()) {
            if (NEARLY_FOLDER.matcher(name).matches()
                    && !isFolderName(name)
                    && hasRecord(folder + "/" + name, folders)) {
                misnamed.add(name);
            }
        }
        return misnamed;
    }

    private static boolean hasRecord(String folder, FolderLookup folders) throws IOException {
        try {
            return folders.text(folder, ModelVersion.FILE).isPresent();
        } catch (InvalidCheckpointException e) {
            return true; // too large or not UTF-8
        }
    }

    private static ModelVersion read(String text, String name) throws InvalidCheckpointException {
        ModelVersion version = ModelVersion.parse(text);
        if (!version.folderName().equals(name)) {
            throw InvalidCheckpointException.damaged(ModelVersion.FILE, "it is that of " + version.folderName());
        }
        return version;
    }

    static boolean isFolderName(String name) {
        return FOLDER.matcher(name).matches();
    }

    private static int number(String folderName) {
        return Integer.parseInt(folderName.substring(1));
    }

    /** The versions, by number. */
    public List<Entry> entries() {
        return entries;
    }

    /** Names of folders that may become versions. */
    public List<String> unfinished() {
        return unfinished;
    }

    /** Names of folders that hold a version's {@code promptmill.json} and are no names of versions, such as {@code v03}. */
    public List<String> misnamed() {
        return misnamed;
    }

    /** The number of the next version: one more than that of any folder, finished or not, which nobody writes to again. */
    public int next() {
        int highest = 0;
        for (Entry entry : entries) {
            highest = Math.max(highest, number(entry.folderName()));
        }
        for (String name : unfinished) {
            highest = Math.max(highest, number(name));
        }
        return highest + 1;
    }

    /**
     * The version with the highest number.
     *
     * @throws InvalidCheckpointException when there is none, or it cannot be read
     */
    public ModelVersion latest() throws InvalidCheckpointException {
        if (entries.isEmpty()) {
            throw missing("no version");
        }
        return readable(entries.get(entries.size() - 1));
    }

    /**
     * The version of that folder.
     *
     * @throws InvalidCheckpointException when there is none, or it cannot be read
     */
    public ModelVersion named(String folderName) throws InvalidCheckpointException {
        for (Entry entry : entries) {
            if (entry.folderName().equals(folderName)) {
                return readable(entry);
            }
        }
        throw missing("no version " + folderName);
    }

    /**
     * The version with the lowest loss on held-out data, the earliest of equals. Those without such a loss do not count.
     *
     * @throws InvalidCheckpointException when none has one, one cannot be read, or they were measured on different data
     */
    public ModelVersion best() throws InvalidCheckpointException {
        if (entries.isEmpty()) {
            throw missing("no version");
        }
        Map<String, List<ModelVersion>> byData = new TreeMap<>();
        for (Entry entry : entries) {
            ModelVersion version = readable(entry);
            if (version.losses().eval().isPresent()) {
                byData.computeIfAbsent(version.data().heldOutDigest().orElseThrow(), absent -> new ArrayList<>())
                        .add(version);
            }
        }
        if (byData.isEmpty()) {
            throw noBest("none of its versions has a loss on held-out data: they are " + names());
        }
        if (byData.size() > 1) {
            throw noBest("losses on different held-out data cannot be compared: "
                    + byData.entrySet().stream()
                            .map(data -> listed(data.getValue()) + " on " + abridged(data.getKey()))
                            .sorted()
                            .collect(Collectors.joining(", ")));
        }
        return byData.values().iterator().next().stream()
                .min(Comparator.comparingDouble(
                        version -> version.losses().eval().orElseThrow()))
                .orElseThrow();
    }

    private ModelVersion readable(Entry entry) throws InvalidCheckpointException {
        if (entry.problem().isPresent()) {
            throw new InvalidCheckpointException(new Problem(
                    "version_unreadable",
                    "version " + entry.folderName() + " in " + folder + " cannot be read",
                    entry.problem().get().what(),
                    "restore its " + ModelVersion.FILE + ", or name another version"));
        }
        return entry.version().orElseThrow();
    }

    private InvalidCheckpointException missing(String what) {
        String why = entries.isEmpty()
                ? "no folder in it is named v1, v2, and so on, and has a " + ModelVersion.FILE
                : "its versions are " + names();
        return new InvalidCheckpointException(new Problem(
                "version_missing",
                "there is " + what + " in " + folder,
                why,
                "name a version that is there, or a model's own folder"));
    }

    private InvalidCheckpointException noBest(String why) {
        return new InvalidCheckpointException(new Problem(
                "no_best_version",
                "no version in " + folder + " is known to be the best",
                why,
                "name the one you want, as in " + folder + "@"
                        + entries.get(entries.size() - 1).folderName()));
    }

    private String names() {
        return InvalidCheckpointException.listed(
                entries.stream().map(Entry::folderName).toList());
    }

    private static String listed(List<ModelVersion> versions) {
        return versions.stream().map(ModelVersion::folderName).collect(Collectors.joining(" and "));
    }

    private static String abridged(String digest) {
        return InvalidCheckpointException.oneLine(digest.substring(0, Math.min(12, digest.length())));
    }
}
