package io.promptmill.jobs.pages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A fenced block of a page.
 *
 * @param page where it stands, as seen from the project's folder
 * @param language the word after its first fence
 * @param text its lines
 */
public record Fence(String page, String language, String text) {
    /** What the paths of pages start from. */
    static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern FENCE =
            Pattern.compile("^```(\\w*)\\n(.*?)\\n```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern CONTINUED = Pattern.compile("\\\\\\n\\s*");
    private static final Pattern COMMENT = Pattern.compile(" +#.*");

    /** All of a page, from its top down. */
    public static List<Fence> of(String page) throws IOException {
        return FENCE.matcher(Files.readString(PROJECT.resolve(page)))
                .results()
                .map(fence -> new Fence(page, fence.group(1), fence.group(2)))
                .toList();
    }

    /** The commands of a block of them, each on one line. */
    public List<String> commands() {
        return CONTINUED
                .matcher(text)
                .replaceAll("")
                .lines()
                .map(line -> COMMENT.matcher(line).replaceFirst(""))
                .toList();
    }

    @Override
    public String toString() {
        return page + ":\n" + text;
    }
}
