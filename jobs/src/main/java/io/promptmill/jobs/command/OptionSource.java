package io.promptmill.jobs.command;

import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.jobs.failure.RefusalException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one source of options has set, as text: the command line, or a conf file.
 *
 * @param place where it was set, for messages
 * @param values texts by option name, in the order they were given; only names of an {@link OptionTable}
 */
public record OptionSource(String place, Map<String, List<String>> values) {
    /** A source that has set nothing. */
    public static OptionSource empty(String place) {
        return new OptionSource(place, Map.of());
    }

    /** The value of an option that takes one. */
    Optional<String> find(CommandOption option) {
        return Optional.ofNullable(values.get(option.name())).map(given -> given.get(0));
    }

    /**
     * The generation settings among these values, checked.
     *
     * @param above the sources above; what they override is left out unchecked
     */
    GenerationOptions generation(List<GenerationOptions> above) throws RefusalException {
        GenerationOptions read = GenerationOptions.none();
        for (GenerationOption option : GenerationOption.values()) {
            CommandOption named = CommandOption.of(option);
            List<String> given = values.get(named.name());
            if (given != null && above.stream().noneMatch(higher -> higher.overrides(option))) {
                try {
                    read = read.with(option, given.size() == 1 ? given.get(0) : given);
                } catch (IllegalArgumentException e) {
                    throw RefusalException.usage(
                            "wrong_value",
                            named.dashed() + " has a wrong value",
                            e.getMessage(),
                            "correct it " + place);
                }
            }
        }
        return read;
    }
}
