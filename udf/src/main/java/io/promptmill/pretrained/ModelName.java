package io.promptmill.pretrained;

import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a user calls a model: the path of its folder, or {@code PATH@latest}, {@code PATH@best} or {@code PATH@v3} for one of
 * the versions in a folder.
 *
 * @param text as it was given
 */
public record ModelName(String text) {
    private static final String LATEST = "latest";
    private static final String BEST = "best";
    private static final Pattern OF_VERSION = Pattern.compile("(.+)@(latest|best|v[1-9]\\d{0,8})");
    private static final Pattern OF_HUB = Pattern.compile(
            "(?:https://huggingface\\.co/)?(?<model>(?:(?<owner>[A-Za-z0-9][\\w.-]{0,95})/)?(?<name>[A-Za-z0-9][\\w.-]{0,95}))");

    /** Whether it may stand for another version once there is a new one. */
    public boolean isMoving() {
        return text.endsWith("@" + LATEST) || text.endsWith("@" + BEST);
    }

    /**
     * The folder that it stands for now. A folder that is there as it is written comes first, so that one may be called
     * {@code x@best}; what is no name of a version, or of one where no folder is, is given back as it is.
     *
     * @throws InvalidCheckpointException when a folder has no such version, or it cannot be told which one is meant
     * @throws IOException when a folder cannot be read
     */
    public String location(FolderLookup folders) throws InvalidCheckpointException, IOException {
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

    /** Whether it is the name of a version, and could stand for that folder at some time. */
    public boolean mayStandFor(String location) {
        Matcher named = OF_VERSION.matcher(text);
        return named.matches()
                && location.startsWith(folder(named) + "/")
                && ModelVersions.isFolderName(location.substring(folder(named).length() + 1));
    }

    /**
     * What to throw where no folder is of that name; tells how to download what looks like a model of the hub's.
     *
     * @param place where it was looked for
     */
    public ModelMissingException missing(String place) {
        Matcher named = OF_VERSION.matcher(text);
        String folder = named.matches() ? "folder " + folder(named) : "such folder";
        return new ModelMissingException(
                this, "there is no " + folder + " on " + place, "name a folder in Hugging Face layout" + download());
    }

    private String download() {
        Matcher hub = OF_HUB.matcher(text);
        if (!hub.matches() || (hub.group("owner") != null && Files.exists(Path.of(hub.group("owner"))))) {
            return "";
        }
        String model = hub.group("model");
        return ", or download it first if it is a model of huggingface.co: hf download " + model + " --local-dir "
                + hub.group("name") + ", or git clone https://huggingface.co/" + model + " with Git LFS";
    }

    private static String folder(Matcher named) {
        return named.group(1).replaceAll("/+$", "");
    }
}
