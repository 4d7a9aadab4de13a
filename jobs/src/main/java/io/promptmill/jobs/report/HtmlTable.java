package io.promptmill.jobs.report;

import io.promptmill.jobs.markup.Xml;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table of an HTML page. Immutable.
 *
 * @param head titles of the columns; empty for a table without a head
 * @param rows the first of each is its title; all texts as strangers wrote them
 */
record HtmlTable(List<String> head, List<List<String>> rows) {
    HtmlTable {
        head = List.copyOf(head);
        rows = rows.stream().map(List::copyOf).toList();
    }

    /** The element, in another one that scrolls where the page is narrower than the table. */
    String html() {
        String top =
                head.isEmpty() ? "" : "<thead><tr>" + cells(head, "<th scope=\"col\">", "</th>") + "</tr></thead>\n";
        return "<div class=\"wide\"><table>\n" + top + "<tbody>\n"
                + rows.stream().map(HtmlTable::line).collect(Collectors.joining()) + "</tbody>\n</table></div>\n";
    }

    private static String line(List<String> row) {
        return "<tr>" + cells(row.subList(0, 1), "<th scope=\"row\">", "</th>")
                + cells(row.subList(1, row.size()), "<td>", "</td>") + "</tr>\n";
    }

    private static String cells(List<String> texts, String before, String after) {
        return texts.stream().map(text -> before + Xml.text(text) + after).collect(Collectors.joining());
    }
}
