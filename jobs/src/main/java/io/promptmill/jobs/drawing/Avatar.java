package io.promptmill.jobs.drawing;

import io.promptmill.jobs.markup.PlainLine;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A user's picture: a circle with the initials, or with an image. Immutable.
 *
 * @param name what the user is called; the colour is made of it
 * @param image null for initials
 */
public record Avatar(String name, AvatarImage image) {
    /** Grounds on which white letters are readable (contrast 4.5 and more). */
    private static final List<String> COLORS =
            List.of("#1f6feb", "#b4430b", "#1a7f37", "#8250df", "#bf3989", "#0b7285", "#6e5b00", "#cf222e");

    public Avatar {
        Objects.requireNonNull(name, "name");
    }

    /** The first letters of the first two words that have any; of a name without letters its first character. */
    String initials() {
        String line = PlainLine.of(name);
        String letters = Arrays.stream(line.split(" "))
                .map(word ->
                        word.codePoints().filter(Character::isLetterOrDigit).findFirst())
                .filter(found -> found.isPresent())
                .limit(2)
                .map(found -> Character.toString(Character.toUpperCase(found.getAsInt())))
                .collect(Collectors.joining());
        return letters.isEmpty() && !line.isEmpty() ? Character.toString(line.codePointAt(0)) : letters;
    }

    String color() {
        return COLORS.get(Math.floorMod(name.hashCode(), COLORS.size()));
    }
}
