package io.promptmill;

import java.util.EnumSet;
import java.util.Set;

/** Generation settings that cannot be used: one out of its range, or some that contradict one another. Immutable. */
public final class InvalidSettingException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final EnumSet<GenerationOption> options;

    /** A refusal that names what it is about: a change of one of these settings may mend it. */
    InvalidSettingException(String message, GenerationOption first, GenerationOption... others) {
        super(message);
        this.options = EnumSet.of(first, others);
    }

    /** The settings it is about: who set one of them can mend it. */
    public Set<GenerationOption> options() {
        return EnumSet.copyOf(options);
    }
}
