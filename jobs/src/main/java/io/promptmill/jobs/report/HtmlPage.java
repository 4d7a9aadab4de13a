package io.promptmill.jobs.report;

import io.promptmill.jobs.markup.Xml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page that asks for nothing from elsewhere, and can be read without its script, which only tells values under the
 * pointer. It is well-formed XML. Stateless.
 */
final class HtmlPage {
    private static final String FRAME = "page.html";
    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z-]+)}}");

    private HtmlPage() {}

    /**
     * The whole page.
     *
     * @param title of the window, as strangers wrote it
     * @param template the resource with the content, which has places
     * @param places what stands in each of them, as HTML
     */
    static byte[] of(String title, String template, Map<String, String> places) {
        String content = filled(template, places);
        return filled(FRAME, Map.of("title", Xml.text(title), "content", content))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String filled(String template, Map<String, String> places) {
        Matcher place = PLACE.matcher(resource(template));
        return place.replaceAll(found -> Matcher.quoteReplacement(places.get(found.group(1))));
    }

    private static String resource(String name) {
        try (InputStream in = HtmlPage.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
