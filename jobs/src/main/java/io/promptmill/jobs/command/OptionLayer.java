package io.promptmill.jobs.command;

import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.jobs.failure.RefusalException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one source has set, as text.
 *
 * @param source where it was set, for messages
 * @param values texts by option name, in the order they were given; only names of an {@link OptionTable}
 */
public record OptionLayer(String source, Map<String, List<String>> values) {
    /** A source that has set nothing. */
    public static OptionLayer empty(String source) {
        return new OptionLayer(source, Map.of());
    }

    /** The value of an option that takes one. */
    Optional<String> find(CommandOption option) {
        return Optional.ofNullable(values.get(option.name())).map(given -> given.get(0));
    }

    /**
     * The generation settings among these values, checked.
     *
     * @param above the layers above, what they override is left out unchecked
     */
    GenerationOptions generation(List<GenerationOptions> above) throws RefusalException {
        GenerationOptions layer = GenerationOptions.none();
        for (GenerationOption option : GenerationOption.values()) {
            CommandOption named = CommandOption.of(option);
            List<String> given = values.get(named.name());
            if (given != null && above.stream().noneMatch(higher -> higher.overrides(option))) {
                try {
                    layer = layer.with(option, given.size() == 1 ? given.get(0) : given);
                } catch (IllegalArgumentException e) {
                    throw RefusalException.usage(
                            "wrong_value", named.dashed() + " cannot be read", e.getMessage(), "correct it " + source);
                }
            }
        }
        return layer;
    }
}
