package io.promptmill.hub;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the hub calls a model: {@code [owner/]name[@revision]}.
 *
 * @param repository by the rules of huggingface_hub's {@code validate_repo_id}
 * @param revision a branch, a tag or a commit; empty for the main branch
 */
public record HubName(String repository, Optional<String> revision) {
    private static final String PART = "\\w(?:[\\w.-]{0,94}\\w)?";
    private static final Pattern REPOSITORY = Pattern.compile("(?:" + PART + "/)?" + PART);

    /** It becomes the path of a file in the cache. */
    private static final Pattern REVISION = Pattern.compile("\\w[\\w./+-]{0,199}");

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** Checks both. */
    public HubName {
        Objects.requireNonNull(repository, "repository");
        if (!isRepository(repository) || !revision.map(HubName::isRevision).orElse(true)) {
            throw new IllegalArgumentException(
                    repository + revision.map(text -> "@" + text).orElse("") + " is no name of a model of the hub");
        }
    }

    /** The name that a text is; empty where it is none. */
    public static Optional<HubName> of(String text) {
        int at = text.indexOf('@');
        String repository = at < 0 ? text : text.substring(0, at);
        Optional<String> revision = at < 0 ? Optional.empty() : Optional.of(text.substring(at + 1));
        return isRepository(repository) && revision.map(HubName::isRevision).orElse(true)
                ? Optional.of(new HubName(repository, revision))
                : Optional.empty();
    }

    /** What keeps a text that {@link #of} takes for none from being a name, as a part of a sentence. */
    public static String flaw(String text) {
        int at = text.indexOf('@');
        String repository = at < 0 ? text : text.substring(0, at);
        if (text.matches(".*\\s.*")) {
            return "there is a blank in it";
        }
        if (isRepository(repository)) {
            return "nothing that is called a revision follows its first @";
        }
        if (repository.endsWith("/")) {
            return "it ends with a /";
        }
        if (repository.chars().filter(c -> c == '/').count() > 1) {
            return "it has more than one /";
        }
        if (repository.startsWith("models--")) {
            return "that is its folder in the cache, where -- stands for the / of its name";
        }
        return repository.endsWith(".git")
                ? "it ends with .git"
                : "each of its parts is of letters, digits, single - . and _, up to 96 of them, with a letter, digit or _ at"
                        + " both ends";
    }

    private static boolean isRepository(String text) {
        return REPOSITORY.matcher(text).matches()
                && !text.contains("--")
                && !text.contains("..")
                && !text.endsWith(".git");
    }

    private static boolean isRevision(String text) {
        Matcher plain = REVISION.matcher(text);
        return plain.matches() && !text.contains("..") && !text.contains("//") && !text.endsWith("/");
    }

    static boolean isCommit(String text) {
        return COMMIT.matcher(text).matches();
    }

    /** Whether it always stands for the same files: its revision is a whole commit. */
    public boolean isPinned() {
        return revision.map(HubName::isCommit).orElse(false);
    }

    /** The same model at a commit. */
    public HubName at(String commit) {
        return new HubName(repository, Optional.of(commit));
    }

    /** The revision that is meant. */
    String revisionOrMain() {
        return revision.orElse("main");
    }

    /** As it is written. */
    @Override
    public String toString() {
        return repository + revision.map(text -> "@" + text).orElse("");
    }
}
