package io.promptmill;

import java.io.Serializable;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The generation settings that one source (command line, conf file, checkpoint, row) has set. Those of several sources
 * become a {@link GenerationConfig} by {@link GenerationConfig#resolve}. Immutable.
 */
public final class GenerationOptions implements Serializable {
    private static final long serialVersionUID = 1;

    /** A stranger's list of end tokens is not to fill the console. */
    private static final int SHOWN_END_TOKENS = 5;

    private static final GenerationOptions NONE =
            new GenerationOptions(new EnumMap<>(GenerationOption.class), new EnumMap<>(GenerationOption.class));

    private final EnumMap<GenerationOption, Object> values;
    /** Why a value cannot be used, for options that are set and not among the values. */
    private final EnumMap<GenerationOption, String> faults;

    private GenerationOptions(EnumMap<GenerationOption, Object> values, EnumMap<GenerationOption, String> faults) {
        this.values = values;
        this.faults = faults;
    }

    /** No settings. */
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
        EnumMap<GenerationOption, Object> valuesThen = new EnumMap<>(values);
        EnumMap<GenerationOption, String> faultsThen = new EnumMap<>(faults);
        valuesThen.put(option, option.read(value));
        faultsThen.remove(option);
        return new GenerationOptions(valuesThen, faultsThen);
    }

    /**
     * These settings and one more whose value cannot be used. It is refused by {@link GenerationConfig#resolve}, and only
     * where no source above overrides it and it would have an effect.
     *
     * @param fault what is wrong with it
     */
    public GenerationOptions withFault(GenerationOption option, String fault) {
        EnumMap<GenerationOption, Object> valuesThen = new EnumMap<>(values);
        EnumMap<GenerationOption, String> faultsThen = new EnumMap<>(faults);
        valuesThen.remove(option);
        faultsThen.put(option, fault);
        return new GenerationOptions(valuesThen, faultsThen);
    }

    /** The set options by table order, values in each option's own type; without those that have a fault. */
    public Map<GenerationOption, Object> values() {
        return Collections.unmodifiableMap(values);
    }

    /** Whether this source says anything of the option, be it wrong. */
    public boolean sets(GenerationOption option) {
        return values.containsKey(option) || faults.containsKey(option);
    }

    /** Whether what sources below say of the option has no effect: this one sets it, or its other form. */
    public boolean overrides(GenerationOption option) {
        return sets(option) || option.otherForm().filter(this::sets).isPresent();
    }

    /**
     * A sentence about end tokens of this source that no model of that size generates, or empty where there are none.
     * They do no harm: a sequence never meets them.
     */
    public Optional<String> endTokenWarning(int vocabularySize) {
        List<?> ids = (List<?>) values.getOrDefault(GenerationOption.EOS_TOKEN_ID, List.of());
        List<Integer> foreign = ids.stream()
                .map(Integer.class::cast)
                .filter(id -> id < 0 || id >= vocabularySize)
                .toList();
        if (foreign.isEmpty()) {
            return Optional.empty();
        }
        String shown =
                foreign.stream().limit(SHOWN_END_TOKENS).map(String::valueOf).collect(Collectors.joining(", "));
        return Optional.of("eos_token_id names " + shown + (foreign.size() > SHOWN_END_TOKENS ? ", ..." : "")
                + ", but the model's token ids are 0 to " + (vocabularySize - 1)
                + "; what it never generates ends no sequence");
    }

    /** Whether the temperature among these settings asks for greedy search. */
    boolean isGreedyByTemperature() {
        return Double.valueOf(0).equals(values.get(GenerationOption.TEMPERATURE));
    }

    /** The value of the option where this source sets one. */
    <T> Optional<T> find(GenerationOption option, Class<T> type) {
        if (faults.containsKey(option)) {
            throw new InvalidSettingException(faults.get(option), option);
        }
        return Optional.ofNullable(type.cast(values.get(option)));
    }

    /** These settings without what is wrong in them. */
    GenerationOptions withoutFaults() {
        return faults.isEmpty() ? this : new GenerationOptions(values, new EnumMap<>(GenerationOption.class));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GenerationOptions that && values.equals(that.values) && faults.equals(that.faults);
    }

    @Override
    public int hashCode() {
        return Objects.hash(values, faults);
    }

    @Override
    public String toString() {
        return faults.isEmpty() ? values.toString() : values + " and wrong " + faults;
    }
}
