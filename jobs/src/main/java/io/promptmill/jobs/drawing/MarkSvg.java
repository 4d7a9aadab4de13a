package io.promptmill.jobs.drawing;

import static io.promptmill.jobs.drawing.SvgWriter.number;

import io.promptmill.jobs.markup.Xml;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Marks as SVG. Stateless. */
final class MarkSvg {
    private MarkSvg() {}

    /** A file of a size in pixels; {@code name} is for who does not see it. */
    static String of(double width, double height, String name, List<Mark> marks) {
        SvgWriter svg = new SvgWriter(width, height, name);
        for (int i = 0; i < marks.size(); i++) {
            draw(svg, marks.get(i), i);
        }
        return svg.end();
    }

    private static void draw(SvgWriter svg, Mark mark, int number) {
        if (mark instanceof Mark.Area area) {
            svg.add(
                    "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"%s\" fill=\"%s\"/>",
                    number(area.x()),
                    number(area.y()),
                    number(area.width()),
                    number(area.height()),
                    number(area.radius()),
                    area.color());
        } else if (mark instanceof Mark.Disc disc) {
            svg.add(
                    "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"%s\"/>",
                    number(disc.x()), number(disc.y()), number(disc.radius()), disc.color());
        } else if (mark instanceof Mark.Portrait portrait) {
            svg.add(
                    "<clipPath id=\"circle%d\"><circle cx=\"%s\" cy=\"%s\" r=\"%s\"/></clipPath>",
                    number, number(portrait.x()), number(portrait.y()), number(portrait.radius()));
            svg.add(
                    "<image x=\"%s\" y=\"%s\" width=\"%s\" height=\"%3$s\" preserveAspectRatio=\"xMidYMid slice\""
                            + " clip-path=\"url(#circle%d)\" href=\"%s\"/>",
                    number(portrait.x() - portrait.radius()),
                    number(portrait.y() - portrait.radius()),
                    number(2 * portrait.radius()),
                    number,
                    portrait.image().dataUri());
        } else if (mark instanceof Mark.Words words) {
            svg.add(
                    "<text x=\"%s\" y=\"%s\" font-size=\"%s\" fill=\"%s\" text-anchor=\"%s\" xml:space=\"preserve\">%s</text>",
                    number(words.x()),
                    number(words.y()),
                    number(words.size()),
                    words.color(),
                    words.align().name().toLowerCase(Locale.ROOT),
                    words.runs().stream().map(MarkSvg::span).collect(Collectors.joining()));
        }
    }

    private static String span(Mark.Run run) {
        return (run.weight() == Mark.Weight.BOLD ? "<tspan font-weight=\"700\">" : "<tspan>")
                + Xml.part(run.text())
                + "</tspan>";
    }
}
