package io.promptmill.jobs.drawing;

import java.util.List;

/** What a picture is made of, to be drawn in order; lengths in pixels, colours as {@code #rrggbb}. */
sealed interface Mark {
    /** A filled rectangle with round corners. */
    record Area(double x, double y, double width, double height, double radius, String color) implements Mark {}

    /** A filled circle. */
    record Disc(double x, double y, double radius, String color) implements Mark {}

    /** An image in a circle, which it fills. */
    record Portrait(double x, double y, double radius, AvatarImage image) implements Mark {}

    /**
     * A line of text.
     *
     * @param x where it begins, or its middle
     * @param y of the base line
     * @param size of the font
     */
    record Words(double x, double y, double size, String color, Align align, List<Run> runs) implements Mark {
        static Words of(double x, double y, double size, String color, Align align, Run run) {
            return new Words(x, y, size, color, align, List.of(run));
        }
    }

    /** A part of a line in one weight. */
    record Run(String text, Weight weight) {}

    /** How thick letters are. */
    enum Weight {
        REGULAR,
        BOLD
    }

    /** What lies at the given place of a line. */
    enum Align {
        START,
        MIDDLE
    }
}
