package io.promptmill.jobs.drawing;

import io.promptmill.jobs.drawing.Mark.Align;
import io.promptmill.jobs.drawing.Mark.Run;
import io.promptmill.jobs.drawing.Mark.Weight;
import io.promptmill.jobs.markup.PlainLine;
import java.awt.AWTError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The picture of a model that links to it show: who it imitates, and one text of it, 1200 by 628 pixels (the size of the
 * pictures of huggingtweets). Its colours are the same on every ground. Immutable.
 *
 * @param names of the users, or of the model, in one line
 * @param handles below them; empty for none
 * @param kind what it says of itself, for example {@code AI BOT}
 * @param avatars of the users
 * @param prompt what was continued
 * @param text the prompt and its continuation
 */
public record Thumbnail(String names, String handles, String kind, List<Avatar> avatars, String prompt, String text) {
    /** Texts are cut at so many characters, as those of huggingtweets are. */
    static final int CHARACTERS = 250;

    private static final int WIDTH = 1200;
    private static final int HEIGHT = 628;
    private static final double EDGE = 64;
    private static final double ROOM = WIDTH - 2 * EDGE;
    private static final double AVATAR = 112;
    private static final double NAMES = 44;
    private static final double SMALLEST_NAMES = 28;
    private static final double SMALL = 26;
    private static final double TEXT_TOP = 284;
    private static final double LARGE_TEXT = 44;
    private static final double TEXT = 34;
    private static final double LINE = 1.4;
    private static final int MOST_LARGE_LINES = 4;
    private static final int MOST_LINES = 6;
    private static final String INK = "#1f2328";
    private static final String SOFT = "#59636e";

    public Thumbnail {
        Objects.requireNonNull(names, "names");
        Objects.requireNonNull(handles, "handles");
        Objects.requireNonNull(kind, "kind");
        avatars = List.copyOf(avatars);
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(text, "text");
    }

    /** The picture as an SVG file. */
    public String svg() {
        return MarkSvg.of(WIDTH, HEIGHT, names + ": " + PlainLine.of(text, CHARACTERS), marks());
    }

    /**
     * The picture as a PNG file.
     *
     * @throws IOException where this machine cannot draw text, such as one without any font, or cannot read an avatar; the
     *     message says what is missing
     */
    public byte[] png() throws IOException {
        try {
            return MarkPng.of(WIDTH, HEIGHT, marks());
        } catch (RuntimeException | LinkageError | InternalError | AWTError e) { // no fonts, or no X server
            throw new IOException(
                    "Java cannot draw texts here (" + e + "): install fontconfig and a font, or unset DISPLAY", e);
        }
    }

    private List<Mark> marks() {
        List<Mark> marks = new ArrayList<>();
        marks.add(new Mark.Area(0, 0, WIDTH, HEIGHT, 0, "#e6edf7"));
        marks.addAll(AvatarRow.marks(avatars, EDGE, EDGE / 2, AVATAR));
        addKind(marks);
        double size = Math.max(SMALLEST_NAMES, Math.min(NAMES, ROOM / TextWidth.of(names, Paragraph.BOLD)));
        String fitting = TextWidth.fit(names, size * Paragraph.BOLD, ROOM);
        marks.add(Mark.Words.of(EDGE, 206, size, INK, Align.START, new Run(fitting, Weight.BOLD)));
        String below = TextWidth.fit(handles, SMALL, ROOM);
        marks.add(Mark.Words.of(EDGE, 248, SMALL, SOFT, Align.START, new Run(below, Weight.REGULAR)));
        addText(marks);
        return marks;
    }

    private void addKind(List<Mark> marks) {
        double width = TextWidth.of(kind, SMALL) * Paragraph.BOLD + 40;
        double left = WIDTH - EDGE - width;
        marks.add(new Mark.Area(left, EDGE / 2, width, 50, 25, "#1f6feb"));
        Run run = new Run(kind, Weight.BOLD);
        marks.add(Mark.Words.of(left + width / 2, EDGE / 2 + 34, SMALL, "#ffffff", Align.MIDDLE, run));
    }

    private void addText(List<Mark> marks) {
        double height = HEIGHT - TEXT_TOP - EDGE / 2;
        marks.add(new Mark.Area(EDGE / 2, TEXT_TOP, WIDTH - EDGE, height, 24, "#ffffff"));
        List<List<Run>> large = lines(LARGE_TEXT);
        double size = large.size() <= MOST_LARGE_LINES ? LARGE_TEXT : TEXT;
        List<List<Run>> lines = large.size() <= MOST_LARGE_LINES ? large : lines(TEXT);
        double first = TEXT_TOP + (height - (lines.size() - 1) * size * LINE) / 2 + size * 0.36;
        for (int i = 0; i < lines.size(); i++) {
            marks.add(new Mark.Words(EDGE, first + i * size * LINE, size, INK, Align.START, lines.get(i)));
        }
    }

    private List<List<Run>> lines(double size) {
        String whole = PlainLine.of(text, CHARACTERS);
        String start = PlainLine.of(prompt);
        int bold = whole.startsWith(start) ? start.length() : 0;
        return new Paragraph(size, ROOM)
                .add(whole.substring(0, bold), Weight.BOLD)
                .add(whole.substring(bold), Weight.REGULAR)
                .lines(MOST_LINES);
    }
}
