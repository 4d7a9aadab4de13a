package io.promptmill.jobs.drawing;

import io.promptmill.jobs.drawing.Mark.Run;
import io.promptmill.jobs.drawing.Mark.Weight;
import java.util.ArrayList;
import java.util.List;

/**
 * Breaks runs of text into lines of a width, between words where that can be, and ends with an ellipsis where there are too
 * many. Holds the lines so far; single-threaded.
 */
final class Paragraph {
    /** How much wider bold letters are. */
    static final double BOLD = 1.14;

    private final double size;
    private final double width;
    private final List<List<Run>> lines = new ArrayList<>();
    private List<Run> line = new ArrayList<>();
    private double used;

    Paragraph(double size, double width) {
        this.size = size;
        this.width = width;
    }

    /** Appends a text of one line, as strangers wrote it. */
    Paragraph add(String text, Weight weight) {
        for (String word : text.split("(?<= )", -1)) {
            add(new Run(word, weight));
        }
        return this;
    }

    /** The first lines. */
    List<List<Run>> lines(int most) {
        List<List<Run>> all = new ArrayList<>(lines);
        if (!line.isEmpty()) {
            all.add(line);
        }
        if (all.size() <= most) {
            return all;
        }
        List<List<Run>> first = new ArrayList<>(all.subList(0, most));
        List<Run> last = new ArrayList<>(first.get(most - 1));
        last.add(new Run("…", Weight.REGULAR));
        first.set(most - 1, last);
        return first;
    }

    private void add(Run word) {
        double wide = width(word);
        if (used > 0 && used + wide > width) {
            endLine();
        }
        Run rest = word;
        while (width(rest) > width) { // a word longer than a line
            int fitting = fitting(rest);
            append(new Run(rest.text().substring(0, fitting), word.weight()));
            endLine();
            rest = new Run(rest.text().substring(fitting), word.weight());
        }
        append(rest);
        used += width(rest);
    }

    /** One run for neighbours of one weight. */
    private void append(Run run) {
        Run last = line.isEmpty() ? null : line.get(line.size() - 1);
        if (last != null && last.weight() == run.weight()) {
            line.set(line.size() - 1, new Run(last.text() + run.text(), run.weight()));
        } else if (!run.text().isEmpty()) {
            line.add(run);
        }
    }

    private void endLine() {
        lines.add(line);
        line = new ArrayList<>();
        used = 0;
    }

    private int fitting(Run word) {
        int end = word.text().offsetByCodePoints(0, 1);
        while (true) {
            int next = word.text().offsetByCodePoints(end, 1);
            if (width(new Run(word.text().substring(0, next), word.weight())) > width) {
                return end;
            }
            end = next;
        }
    }

    private double width(Run run) {
        return TextWidth.of(run.text(), size) * (run.weight() == Weight.BOLD ? BOLD : 1);
    }
}
