package io.promptmill.family;

import io.promptmill.files.InvalidCheckpointException;
import java.net.URL;
import java.util.List;
import java.util.OptionalInt;

/**
 * A kind of network, such as GPT-2: how its checkpoints are told from others', what their config.json says, which
 * tensors they hold, and what their layers compute.
 *
 * <p>A family is a package below this one with a public implementation that has a constructor without arguments, and a
 * line in {@code META-INF/services/io.promptmill.family.ModelFamily}; no other code names it. Stateless.
 */
public interface ModelFamily {
    /** The name that messages use. */
    String name();

    /** What tells its config.json from others'. */
    FamilyMarks marks();

    /** The fields that its config.json has beside those of every family. */
    FamilyFields fields();

    /** The end token where neither config.json nor generation_config.json says which, as its class in transformers has it. */
    OptionalInt defaultEosTokenId();

    /**
     * The modules that PEFT gives a product where an adapter does not say which, by the ends of their names
     * ({@code TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING}).
     */
    List<String> loraTargetModules();

    /** The class of its language model in transformers, as {@code architectures} of config.json names it. */
    String causalLmClass();

    /**
     * The dropout that config.json trains with; that of transformers' configuration class where it says nothing. None for
     * families without any.
     *
     * @throws InvalidCheckpointException when a field is not a number
     * @throws IllegalArgumentException when a value is out of range
     */
    default Dropout dropout(ConfigFields fields) throws InvalidCheckpointException {
        return Dropout.NONE;
    }

    /**
     * Reads a configuration. {@link #marks} and {@link #fields} are checked already. Absent fields have the defaults of
     * transformers' configuration class.
     *
     * @throws InvalidCheckpointException when a field is not of its type, or has a value that is not computed
     * @throws IllegalArgumentException when a value is out of range
     */
    ModelConfig read(ConfigFields fields) throws InvalidCheckpointException;

    /**
     * The family's own part of the network as TorchScript text: the classes {@code Model} and {@code Layer} that {@code
     * network.py} asks for. A tensor is the attribute that its name leads to, {@code h.0.ln_1.weight} the {@code weight} of
     * the {@code ln_1} of the first element of the list {@code h}.
     */
    URL layersText();
}
