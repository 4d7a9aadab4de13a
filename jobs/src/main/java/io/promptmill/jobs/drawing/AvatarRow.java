package io.promptmill.jobs.drawing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Avatars side by side. Stateless. */
public final class AvatarRow {
    /** More users than these are told by their number. */
    private static final int MOST = 6;

    private AvatarRow() {}

    /** As an SVG file, 96 pixels high, on no ground. */
    public static String svg(List<Avatar> avatars) {
        List<Mark> marks = marks(avatars, 0, 0, 96);
        String names = String.join(", ", avatars.stream().map(Avatar::name).toList());
        return MarkSvg.of(places(avatars) * 108 - 12, 96, names, marks);
    }

    /** The marks of avatars from a left upper corner on. */
    static List<Mark> marks(List<Avatar> avatars, double left, double top, double size) {
        List<Mark> marks = new ArrayList<>();
        double radius = size / 2;
        for (int i = 0; i < places(avatars); i++) {
            double x = left + radius + i * size * 1.125;
            double y = top + radius;
            if (i == MOST) {
                disc(marks, x, y, radius, "#59636e", String.format(Locale.ROOT, "+%,d", avatars.size() - MOST));
            } else if (avatars.get(i).image() != null) {
                marks.add(new Mark.Portrait(x, y, radius, avatars.get(i).image()));
            } else {
                disc(marks, x, y, radius, avatars.get(i).color(), avatars.get(i).initials());
            }
        }
        return marks;
    }

    private static int places(List<Avatar> avatars) {
        return Math.min(avatars.size(), MOST + 1);
    }

    private static void disc(List<Mark> marks, double x, double y, double radius, String color, String letters) {
        marks.add(new Mark.Disc(x, y, radius, color));
        double size = radius * 0.8;
        marks.add(Mark.Words.of(
                x, y + size * 0.36, size, "#ffffff", Mark.Align.MIDDLE, new Mark.Run(letters, Mark.Weight.BOLD)));
    }
}
