package io.promptmill.jobs.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The links between the pages lead somewhere, and to every page there is one. */
class PageLinksTest {
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]*)(?:#([^)]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsToAFileAndAHeadingInIt(Path page) throws IOException {
        LINK.matcher(Files.readString(page)).results().forEach(link -> {
            Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
            assertThat(target).as("%s in %s", link.group(), page).exists();
            if (link.group(2) != null) {
                assertThat(headings(target)).as("%s in %s", link.group(), page).contains(link.group(2));
            }
        });
    }

    @Test
    void theReadmeLinksEveryPage() throws IOException {
        Path readme = Fence.PROJECT.resolve("README.md");
        Set<Path> linked = LINK.matcher(Files.readString(readme))
                .results()
                .map(link -> readme.resolveSibling(link.group(1)).normalize())
                .collect(Collectors.toSet());
        assertThat(linked).containsAll(ofFolder());
    }

    static List<Path> pages() throws IOException {
        return Stream.concat(
                        ofFolder().stream(),
                        Stream.of("README.md", "conf/README.md", "sample-prompts/README.md")
                                .map(Fence.PROJECT::resolve))
                .toList();
    }

    private static List<Path> ofFolder() throws IOException {
        try (Stream<Path> pages = Files.list(Fence.PROJECT.resolve(".github"))) {
            return pages.sorted().toList();
        }
    }

    /** As GitHub names them. */
    private static Set<String> headings(Path page) {
        try {
            return HEADING.matcher(Files.readString(page))
                    .results()
                    .map(heading -> heading.group(1)
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N} _-]", "")
                            .replace(' ', '-'))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
