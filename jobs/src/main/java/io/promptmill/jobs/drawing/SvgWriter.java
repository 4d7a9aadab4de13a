package io.promptmill.jobs.drawing;

import io.promptmill.jobs.markup.Xml;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * Writes one drawing of a given size in pixels. Colours are those of the reader's light or dark ground, over a ground of the
 * drawing's own, since a page may be dark where the reader's system is light. Single-threaded.
 */
final class SvgWriter {
    /** Fonts of the system that shows it; none is fetched. */
    static final String FONTS = "system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif";

    private static final String STYLE =
            """
            <style>
            .pm{--paper:#fff;--ink:#1f2328;--soft:#59636e;--grid:#dde2e8;--box:#f3f6fa;\
            --s0:#1f6feb;--s1:#c2410c;--s2:#1a7f37;--s3:#8250df}
            @media (prefers-color-scheme:dark){.pm{--paper:#151a21;--ink:#e6edf3;--soft:#9aa6b2;--grid:#2d353f;--box:#1e2631;\
            --s0:#58a6ff;--s1:#f0883e;--s2:#3fb950;--s3:#bc8cff}}
            .pm text{font:13px FONTS;fill:var(--ink)}
            .pm .title{font-size:14px;font-weight:600}
            .pm .soft{fill:var(--soft)}
            .pm .paper{fill:var(--paper)}
            .pm .box{fill:var(--box);stroke:var(--grid)}
            .pm .line{stroke:var(--grid);fill:none}
            .pm .arrow{stroke:var(--soft);fill:none;stroke-width:1.5}
            .pm .head{fill:var(--soft)}
            .pm .label{fill:var(--soft);stroke:var(--paper);stroke-width:5px;paint-order:stroke}
            .pm .curve{fill:none;stroke-width:1.8;stroke-linejoin:round}
            .pm .s0{stroke:var(--s0)}.pm .s1{stroke:var(--s1)}.pm .s2{stroke:var(--s2)}.pm .s3{stroke:var(--s3)}
            .pm .d0{fill:var(--s0)}.pm .d1{fill:var(--s1)}.pm .d2{fill:var(--s2)}.pm .d3{fill:var(--s3)}
            </style>
            """
                    .replace("FONTS", FONTS);

    private final StringBuilder svg = new StringBuilder();

    /** Begins a drawing; {@code name} is for who does not see it, {@code attributes} come as they are. */
    SvgWriter(double width, double height, String name, String attributes) {
        open(width, height, "class=\"pm\" " + attributes, name);
        svg.append(STYLE);
        add("<rect class=\"paper\" width=\"%s\" height=\"%s\" rx=\"8\"/>", number(width), number(height));
    }

    /** Begins a picture whose colours are the same on every ground. */
    SvgWriter(double width, double height, String name) {
        open(width, height, "font-family=\"" + FONTS + "\"", name);
    }

    private void open(double width, double height, String attributes, String name) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" %s width=\"%s\" height=\"%s\" viewBox=\"0 0 %2$s %3$s\""
                        + " role=\"img\" aria-label=\"%s\">",
                attributes.strip(), number(width), number(height), Xml.text(name));
    }

    /** An element or more; the values are numbers, escaped texts and names. */
    SvgWriter add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
        return this;
    }

    /** A text of anybody; {@code style} is a class of the style sheet, {@code anchor} start, middle or end. */
    SvgWriter text(double x, double y, String style, String anchor, String text) {
        return add(
                "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>",
                style, number(x), number(y), anchor, Xml.text(text));
    }

    /** Ends the drawing. */
    String end() {
        return svg.append("</svg>\n").toString();
    }

    /** A coordinate: tenths of a pixel. */
    static String number(double value) {
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(1, RoundingMode.HALF_UP);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }
}
