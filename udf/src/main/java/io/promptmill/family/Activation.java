package io.promptmill.family;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The activation functions that {@code activation.py} computes. */
public enum Activation {
    /** The tanh form. */
    GELU_NEW,
    /** The erf form. */
    GELU,
    RELU,
    SILU,
    TANH;

    /** Names of transformers' {@code activations.py}; some differ from others in how precisely a constant is written. */
    private static final Map<String, Activation> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("gelu_new", GELU_NEW);
        BY_NAME.put("gelu_fast", GELU_NEW);
        BY_NAME.put("gelu_pytorch_tanh", GELU_NEW);
        BY_NAME.put("gelu", GELU);
        BY_NAME.put("gelu_python", GELU);
        BY_NAME.put("relu", RELU);
        BY_NAME.put("silu", SILU);
        BY_NAME.put("swish", SILU);
        BY_NAME.put("tanh", TANH);
    }

    /** The function that has this name in config.json; empty where none has. */
    public static Optional<Activation> of(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** All names, for messages. */
    public static String names() {
        return String.join(", ", BY_NAME.keySet());
    }

    /** The name in {@code activation.py}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
