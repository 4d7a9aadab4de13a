package io.promptmill.jobs.generate;

import io.promptmill.jobs.failure.RefusalException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the job's own options from layers of texts, the first layer that has a value wins. */
final class JobOptionReader {
    private static final String AUTO = "auto";
    private static final String NONE = "none";
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern NAME_PREFIX = Pattern.compile("[^\\s\\p{Z}\\p{C},;{}()=`]{1,64}");
    private static final Pattern DURATION =
            Pattern.compile("(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,6})s)?");

    private final List<OptionLayer> layers;

    JobOptionReader(List<OptionLayer> layers) {
        this.layers = layers;
    }

    String text(JobOption option) throws RefusalException {
        return find(option)
                .filter(text -> !text.isEmpty() || option.defaultValue().equals(Optional.of("")))
                .orElseThrow(() -> RefusalException.usage(
                        "option_missing",
                        option.option().dashed() + " is not given",
                        "generate cannot run without it",
                        "add " + option.option().dashed() + " "
                                + option.option().label()));
    }

    boolean flag(JobOption option) throws RefusalException {
        String text = text(option).toLowerCase(Locale.ROOT);
        if (!text.equals("true") && !text.equals("false")) {
            throw wrong(option, "true or false");
        }
        return text.equals("true");
    }

    long wholeNumber(JobOption option) throws RefusalException {
        try {
            return Long.parseLong(text(option));
        } catch (NumberFormatException e) {
            throw wrong(option, "a whole number between -2^63 and 2^63 - 1");
        }
    }

    /** A number from 1 to {@code most}, or empty for {@code auto}. */
    OptionalInt countOrAuto(JobOption option, int most) throws RefusalException {
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
    OptionalLong countOrNone(JobOption option) throws RefusalException {
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
    Optional<Duration> durationOrNone(JobOption option) throws RefusalException {
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
    Optional<String> sha256OrNone(JobOption option) throws RefusalException {
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
    String namePrefixOrNone(JobOption option) throws RefusalException {
        String text = text(option);
        if (text.equals(NONE)) {
            return "";
        }
        if (!NAME_PREFIX.matcher(text).matches()) {
            throw wrong(option, "none or 1 to 64 characters without spaces, control characters and ,;{}()=`");
        }
        return text;
    }

    /** The constant whose name, in lower case with dashes, is the value. */
    <E extends Enum<E>> E choice(JobOption option, Class<E> type) throws RefusalException {
        String text = text(option);
        List<E> constants = Arrays.asList(type.getEnumConstants());
        return constants.stream()
                .filter(constant -> spelled(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> wrong(
                        option,
                        "one of "
                                + String.join(
                                        ", ",
                                        constants.stream()
                                                .map(JobOptionReader::spelled)
                                                .toList())));
    }

    static String spelled(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Optional<String> find(JobOption option) {
        return layers.stream()
                .flatMap(layer -> layer.find(option).stream())
                .findFirst()
                .or(option::defaultValue);
    }

    private RefusalException wrong(JobOption option, String range) {
        OptionLayer layer = layers.stream()
                .filter(candidate -> candidate.find(option).isPresent())
                .findFirst()
                .orElseThrow();
        return RefusalException.usage(
                "wrong_value",
                option.option().dashed() + " cannot be read",
                "it must be " + range + " but was " + layer.find(option).orElseThrow(),
                "correct it " + layer.source());
    }
}
