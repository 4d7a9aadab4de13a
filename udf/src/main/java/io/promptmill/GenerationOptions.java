package io.promptmill;

import java.io.Serializable;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * One layer of generation settings: those that one source (command line, conf file, checkpoint, row) has set, values
 * checked. Layers become a {@link GenerationConfig} by {@link GenerationConfig#resolve}. Immutable.
 */
public final class GenerationOptions implements Serializable {
    private static final GenerationOptions NONE = new GenerationOptions(new EnumMap<>(GenerationOption.class));

    private final EnumMap<GenerationOption, Object> values;

    private GenerationOptions(EnumMap<GenerationOption, Object> values) {
        this.values = values;
    }

    /** The layer that sets nothing. */
    public static GenerationOptions none() {
        return NONE;
    }

    /**
     * These settings and one more, which replaces an earlier value of the same option.
     *
     * @param value as JSON libraries give it, or its text form
     * @throws IllegalArgumentException naming the option, what it must be and the value
     */
    public GenerationOptions with(GenerationOption option, Object value) {
        EnumMap<GenerationOption, Object> copy = new EnumMap<>(values);
        copy.put(option, option.read(value));
        return new GenerationOptions(copy);
    }

    /** The set options by table order, values in each option's own type. */
    public Map<GenerationOption, Object> values() {
        return Collections.unmodifiableMap(values);
    }

    <T> Optional<T> find(GenerationOption option, Class<T> type) {
        return Optional.ofNullable(type.cast(values.get(option)));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GenerationOptions that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
