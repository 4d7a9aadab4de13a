package io.promptmill.jobs.bench;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sizes of a model whose weights are made up. */
public record ModelSize(int layers, int width, int heads, int vocabulary, int positions) {
    /** Those of the published models of these names. */
    public static final ModelSize SMALL = new ModelSize(12, 768, 12, 50257, 1024);

    /** GPT-2 medium's. */
    public static final ModelSize MEDIUM = new ModelSize(24, 1024, 16, 50257, 1024);

    private static final Pattern SIZES = Pattern.compile("(\\d{1,4})x(\\d{1,6})x(\\d{1,6})(?:x(\\d{1,6}))?");

    /** With fewer tokens the wished entropy would be a large part of the largest possible one. */
    private static final int LEAST_VOCABULARY = 256;

    public ModelSize {
        if (layers < 1 || width < 1 || heads < 1 || width % heads != 0) {
            throw new IllegalArgumentException(
                    "a model has at least one layer and one head, and its width is a multiple"
                            + " of its heads, but it was " + layers + "x" + width + "x" + heads);
        }
        if (vocabulary < LEAST_VOCABULARY) {
            throw new IllegalArgumentException(
                    "a vocabulary has at least " + LEAST_VOCABULARY + " tokens but it was " + vocabulary);
        }
    }

    /**
     * Reads {@code small}, {@code medium}, or {@code LAYERSxWIDTHxHEADS} with an optional {@code xVOCABULARY}.
     *
     * @throws IllegalArgumentException when it is none of these
     */
    public static ModelSize parse(String text) {
        Matcher sizes = SIZES.matcher(text);
        if (text.equals("small")) {
            return SMALL;
        } else if (text.equals("medium")) {
            return MEDIUM;
        } else if (!sizes.matches()) {
            throw new IllegalArgumentException(
                    "it must be small, medium or LAYERSxWIDTHxHEADS[xVOCABULARY], such as 12x768x12, but was " + text);
        }
        return new ModelSize(
                Integer.parseInt(sizes.group(1)),
                Integer.parseInt(sizes.group(2)),
                Integer.parseInt(sizes.group(3)),
                sizes.group(4) == null ? SMALL.vocabulary : Integer.parseInt(sizes.group(4)),
                SMALL.positions);
    }
}
