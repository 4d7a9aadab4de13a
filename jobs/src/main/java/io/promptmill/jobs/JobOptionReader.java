package io.promptmill.jobs;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the job's own options from layers of texts, the first layer that has a value wins. */
final class JobOptionReader {
    private static final String AUTO = "auto";

    private final List<OptionLayer> layers;

    JobOptionReader(List<OptionLayer> layers) {
        this.layers = layers;
    }

    String text(JobOption option) throws RefusalException {
        return find(option)
                .filter(text -> !text.isEmpty() || option == JobOption.MODEL)
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

    /** A number of at least 1, or empty for {@code auto}. */
    OptionalInt countOrAuto(JobOption option) throws RefusalException {
        String text = text(option);
        if (text.equals(AUTO)) {
            return OptionalInt.empty();
        }
        try {
            int count = Integer.parseInt(text);
            if (count >= 1 && count <= ChunkPlan.MAX_CHUNKS) {
                return OptionalInt.of(count);
            }
        } catch (NumberFormatException e) {
            // Told below, together with numbers out of range.
        }
        throw wrong(option, "auto or a whole number from 1 to " + ChunkPlan.MAX_CHUNKS);
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
