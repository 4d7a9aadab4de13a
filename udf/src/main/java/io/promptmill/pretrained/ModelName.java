package io.promptmill.pretrained;

import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.hub.Hub;
import io.promptmill.hub.HubModel;
import io.promptmill.hub.HubName;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a user calls a model: the path of its folder, {@code PATH@latest}, {@code PATH@best} or {@code PATH@v3} for one of the
 * versions in a folder, or, where there is no such folder, {@code [owner/]name[@revision]} for one of the hub's.
 *
 * @param text as it was given
 */
public record ModelName(String text) {
    private static final String LATEST = "latest";
    private static final String BEST = "best";
    private static final String HUB_OR_FOLDER =
            "name a folder in Hugging Face layout, or a model of the hub as [owner/]name[@revision]";
    private static final Pattern OF_VERSION = Pattern.compile("(.+)@(latest|best|v[1-9]\\d{0,8})");
    private static final Pattern HUB_ADDRESS =
            Pattern.compile("(?:https?://(?:huggingface\\.co|hf\\.co)/|hf://(?:models/)?)"
                    + "(?<name>[^/]+(?:/(?!tree/)[^/]+)?)(?:/tree/(?<revision>.+?))?/*");

    /** What is a path on any machine, and can be meant as nothing else. */
    private static final Pattern PATH = Pattern.compile("(?s)[./~].*|[\\w+.-]+:/.*");

    /** Whether it may stand for another version once there is a new one. */
    public boolean isMoving() {
        return text.endsWith("@" + LATEST)
                || text.endsWith("@" + BEST)
                || HubName.of(text).filter(name -> !name.isPinned()).isPresent();
    }

    /** Whether it is that of a model of the hub at a commit, which never changes. */
    public boolean isPinned() {
        return HubName.of(text).filter(HubName::isPinned).isPresent();
    }

    /**
     * The folder that it stands for now. A folder that is there as it is written comes first, so that one may be called
     * {@code x@best}; what is no name of a version, or of one where no folder is, is given back as it is.
     *
     * @throws InvalidCheckpointException when a folder has no such version, or it cannot be told which one is meant
     * @throws IOException when a folder cannot be read, or it can be no name at all
     */
    public String location(FolderLookup folders) throws InvalidCheckpointException, IOException {
        if (text.isBlank()) {
            throw new ModelMissingException(this, "its name is empty", HUB_OR_FOLDER);
        }
        if (HUB_ADDRESS.matcher(text).matches()) { // no file system needs to be opened for it
            throw missing("this machine");
        }
        Matcher named = OF_VERSION.matcher(text);
        // Whoever opens it tells what is not there.
        if (!named.matches() || folders.isFolder(text) || !folders.isFolder(named.group(1))) {
            return text;
        }
        ModelVersions versions = ModelVersions.in(named.group(1), folders);
        ModelVersion version =
                switch (named.group(2)) {
                    case LATEST -> versions.latest();
                    case BEST -> versions.best();
                    default -> versions.named(named.group(2));
                };
        return folder(named) + "/" + version.folderName();
    }

    /**
     * Brings the model of the hub that it stands for; empty where a folder is of that name, or no model of the hub can
     * be.
     *
     * @throws InvalidCheckpointException when there could be one and it cannot be had
     * @throws IOException when the cache or a folder cannot be read
     */
    public Optional<HubModel> fromHub(FolderLookup folders, Hub hub) throws InvalidCheckpointException, IOException {
        Optional<HubName> name = HubName.of(text);
        return name.isEmpty() || folders.isFolder(text) ? Optional.empty() : Optional.of(hub.bring(name.get()));
    }

    /** Whether it is the name of a version or of a model of the hub, and could stand for that at some time. */
    public boolean mayStandFor(String location) {
        Optional<HubName> name = HubName.of(text);
        if (name.isPresent() && new ModelName(location).isPinned()) {
            return HubName.of(location)
                    .orElseThrow()
                    .repository()
                    .equals(name.get().repository());
        }
        Matcher named = OF_VERSION.matcher(text);
        return named.matches()
                && location.startsWith(folder(named) + "/")
                && ModelVersions.isFolderName(location.substring(folder(named).length() + 1));
    }

    /**
     * What to throw where no folder is of that name.
     *
     * @param place where it was looked for
     */
    public ModelMissingException missing(String place) {
        Matcher named = OF_VERSION.matcher(text);
        String folder = named.matches() ? "folder " + folder(named) : "such folder";
        Matcher address = HUB_ADDRESS.matcher(text);
        if (address.matches()) {
            String revision = address.group("revision");
            return new ModelMissingException(
                    this,
                    "there is no such folder on " + place,
                    "name a model of the hub without its address: " + address.group("name")
                            + (revision == null ? "" : "@" + revision));
        }
        String why = "there is no " + folder + " on " + place;
        if (PATH.matcher(text).matches() || HubName.of(text).isPresent()) {
            return new ModelMissingException(this, why, "name a folder in Hugging Face layout");
        }
        return new ModelMissingException(
                this, why + ", and it is no name of the hub's: " + HubName.flaw(text), HUB_OR_FOLDER);
    }

    /** As messages tell it: in quotes where it could not be seen as it is. */
    public String shown() {
        return text.isEmpty() || !text.equals(text.strip()) ? "'" + text + "'" : text;
    }

    private static String folder(Matcher named) {
        return named.group(1).replaceAll("/+$", "");
    }
}
