package io.promptmill.jobs.command;

import io.promptmill.GenerationOptions;
import io.promptmill.OptionWord;
import io.promptmill.jobs.failure.RefusalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the options of a command from sources of texts; the first source that has a value wins. */
public final class OptionReader {
    private static final String AUTO = "auto";
    private static final String NONE = "none";
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern NAME_PREFIX = Pattern.compile("[^\\s\\p{Z}\\p{C},;{}()=`]{1,64}");
    private static final Pattern DURATION =
            Pattern.compile("(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,6})s)?");

    private final OptionTable table;
    private final List<OptionSource> sources;

    /** A reader of these sources, highest precedence first. */
    public OptionReader(OptionTable table, List<OptionSource> sources) {
        this.table = table;
        this.sources = List.copyOf(sources);
    }

    /** What {@code --verbose} says, which every command may have. */
    public ShownDetail detail() throws RefusalException {
        Optional<CommandOption> verbose = table.find(ShownDetail.OPTION);
        return verbose.isPresent() && flag(verbose::get) ? ShownDetail.ALL : ShownDetail.ESSENTIAL;
    }

    /** The generation settings of each source, checked; highest precedence first, what is overridden is left out. */
    public List<GenerationOptions> generation() throws RefusalException {
        List<GenerationOptions> read = new ArrayList<>();
        for (OptionSource source : sources) {
            read.add(source.generation(read));
        }
        return List.copyOf(read);
    }

    /** The text as it is; refuses an option that must be given and is not. */
    public String text(DescribedOption option) throws RefusalException {
        return find(option)
                .filter(text ->
                        !text.isEmpty() || option.option().defaultValue().equals(Optional.of("")))
                .orElseThrow(() -> RefusalException.usage(
                        "option_missing",
                        option.option().dashed() + " is not given",
                        table.command() + " cannot run without it",
                        "add " + option.option().dashed() + " "
                                + option.option().label()));
    }

    /** The text, or empty where none is given; refuses an empty one, which a script's unset variable leaves. */
    public Optional<String> textIfGiven(DescribedOption option) throws RefusalException {
        Optional<String> given = given(option);
        if (given.isPresent() && given.get().isBlank()) {
            throw RefusalException.usage(
                    "option_empty",
                    option.option().dashed() + " is empty",
                    "that is no " + option.option().label(),
                    "give it a value or leave it out");
        }
        return given;
    }

    /** All values of an option that may be given several times; those of the first source that has any. */
    public List<String> texts(DescribedOption option) {
        return sources.stream()
                .map(source -> source.values().get(option.option().name()))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(List.of());
    }

    /** Whether it is {@code true}. */
    public boolean flag(DescribedOption option) throws RefusalException {
        String text = text(option).toLowerCase(Locale.ROOT);
        if (!text.equals("true") && !text.equals("false")) {
            throw wrong(option, "true or false");
        }
        return text.equals("true");
    }

    /** Any whole number of 64 bits. */
    public long wholeNumber(DescribedOption option) throws RefusalException {
        try {
            return Long.parseLong(text(option));
        } catch (NumberFormatException e) {
            throw wrong(option, "a whole number between -2^63 and 2^63 - 1");
        }
    }

    /** A whole number in a range. */
    public int wholeNumber(DescribedOption option, int least, int most) throws RefusalException {
        try {
            int number = Integer.parseInt(text(option));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, together with numbers out of range.
        }
        throw wrong(option, "a whole number from " + least + " to " + most);
    }

    /** A number in a range, in Java's notation. */
    public double decimal(DescribedOption option, double least, double most) throws RefusalException {
        try {
            double number = Double.parseDouble(text(option));
            if (number >= least && number <= most) { // false for NaN
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, together with numbers out of range.
        }
        throw wrong(option, "a number from " + least + " to " + most);
    }

    /** A number in a range, or empty for {@code auto}. */
    public OptionalDouble decimalOrAuto(DescribedOption option, double least, double most) throws RefusalException {
        return text(option).equals(AUTO) ? OptionalDouble.empty() : OptionalDouble.of(decimal(option, least, most));
    }

    /** A number from 1 to {@code most}, or empty for {@code auto}. */
    public OptionalInt countOrAuto(DescribedOption option, int most) throws RefusalException {
        String text = text(option);
        if (text.equals(AUTO)) {
            return OptionalInt.empty();
        }
        try {
            int count = Integer.parseInt(text);
            if (count >= 1 && count <= most) {
                return OptionalInt.of(count);
            }
        } catch (NumberFormatException e) {
            // Told below, together with numbers out of range.
        }
        throw wrong(option, "auto or a whole number from 1 to " + most);
    }

    /** A number of at least 1, or empty for {@code none}. */
    public OptionalLong countOrNone(DescribedOption option) throws RefusalException {
        String text = text(option);
        if (text.equals(NONE)) {
            return OptionalLong.empty();
        }
        try {
            long count = Long.parseLong(text);
            if (count >= 1) {
                return OptionalLong.of(count);
            }
        } catch (NumberFormatException e) {
            // Told below, together with numbers out of range.
        }
        throw wrong(option, "none or a whole number of at least 1");
    }

    /** A duration in days, hours, minutes and seconds, or empty for {@code none}. */
    public Optional<Duration> durationOrNone(DescribedOption option) throws RefusalException {
        String text = text(option);
        if (text.equals(NONE)) {
            return Optional.empty();
        }
        Matcher parts = DURATION.matcher(text);
        if (parts.matches()) {
            Duration duration = Duration.ofDays(part(parts, 1))
                    .plusHours(part(parts, 2))
                    .plusMinutes(part(parts, 3))
                    .plusSeconds(part(parts, 4));
            if (!duration.isZero()) {
                return Optional.of(duration);
            }
        }
        throw wrong(option, "none or a duration such as 45s, 90m, 1h30m or 2d");
    }

    private static long part(Matcher parts, int group) {
        return parts.group(group) == null ? 0 : Long.parseLong(parts.group(group));
    }

    /** A SHA-256 in small hexadecimal digits, or empty for {@code none}. */
    public Optional<String> sha256OrNone(DescribedOption option) throws RefusalException {
        String text = text(option).toLowerCase(Locale.ROOT);
        if (text.equals(NONE)) {
            return Optional.empty();
        }
        if (!SHA256.matcher(text).matches()) {
            throw wrong(option, "none or the 64 hexadecimal digits of a SHA-256");
        }
        return Optional.of(text);
    }

    /** The beginning of column names, empty for {@code none}. */
    public String namePrefixOrNone(DescribedOption option) throws RefusalException {
        String text = text(option);
        if (text.equals(NONE)) {
            return "";
        }
        if (!NAME_PREFIX.matcher(text).matches()) {
            throw wrong(option, "none or 1 to 64 characters without spaces, control characters and ,;{}()=`");
        }
        return text;
    }

    /** The constant that is spelled as the value is. */
    public <E extends Enum<E>> E choice(DescribedOption option, Class<E> type) throws RefusalException {
        return OptionWord.find(type, text(option)).orElseThrow(() -> wrong(option, "one of " + OptionWord.words(type)));
    }

    /** The constant that is spelled as the value is, or empty for {@code auto}. */
    public <E extends Enum<E>> Optional<E> choiceOrAuto(DescribedOption option, Class<E> type) throws RefusalException {
        if (text(option).equals(AUTO)) {
            return Optional.empty();
        }
        return Optional.of(OptionWord.find(type, text(option))
                .orElseThrow(() -> wrong(option, "one of auto, " + OptionWord.words(type))));
    }

    /** A value that a class of its own reads; its {@link IllegalArgumentException} says what the value must be. */
    public <T> T parsed(DescribedOption option, Function<String, T> parser) throws RefusalException {
        try {
            return parser.apply(text(option));
        } catch (IllegalArgumentException e) {
            throw RefusalException.usage(
                    "wrong_value", option.option().dashed() + " has a wrong value", e.getMessage(), remedy(option));
        }
    }

    /**
     * A number in Java's notation.
     *
     * @param kind what it must be, for the message
     */
    public <T extends Number> T number(DescribedOption option, Function<String, T> parser, String kind)
            throws RefusalException {
        String text = text(option);
        try {
            return parser.apply(text);
        } catch (NumberFormatException e) {
            throw wrong(option, kind);
        }
    }

    private Optional<String> find(DescribedOption option) {
        return given(option).or(option.option()::defaultValue);
    }

    private Optional<String> given(DescribedOption option) {
        return sources.stream()
                .flatMap(source -> source.find(option.option()).stream())
                .findFirst();
    }

    private RefusalException wrong(DescribedOption option, String range) {
        return RefusalException.usage(
                "wrong_value",
                option.option().dashed() + " has a wrong value",
                "it must be " + range + " but was " + find(option).orElseThrow(),
                remedy(option));
    }

    private String remedy(DescribedOption option) {
        return "correct it "
                + sources.stream()
                        .filter(source -> source.find(option.option()).isPresent())
                        .findFirst()
                        .map(OptionSource::place)
                        .orElse("in the defaults");
    }
}
