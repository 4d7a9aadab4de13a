package io.promptmill.family;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The tensors of one model by the names of transformers, without the prefix of the body. Immutable.
 *
 * @param body prefix of all names but the head's, e.g. {@code transformer.}: files that were saved from the class of the
 *     body alone lack it
 * @param layers name of the list of layers in the body: those of the first layer begin with it and {@code .0.}
 * @param embeddings name of the tokens' embeddings
 * @param head name of the matrix that gives the logits, {@code [vocabulary, width]}; files of models that use the
 *     embeddings for it may lack it
 * @param ignored names of what transformers passes over wherever it finds it, such as masks of older versions
 * @param tensors all of them, embeddings and head included, in the order of the network
 */
public record TensorTable(
        String body, String layers, String embeddings, String head, Pattern ignored, List<ExpectedTensor> tensors) {
    private static final Pattern NUMBERED = Pattern.compile("[0-9]+\\..*", Pattern.DOTALL);

    /** Checks that embeddings and head are among the tensors. */
    public TensorTable {
        tensors = List.copyOf(tensors);
        for (String needed : List.of(embeddings, head)) {
            if (!needed.endsWith(".weight")
                    || tensors.stream().noneMatch(tensor -> tensor.name().equals(needed))) {
                throw new IllegalArgumentException(needed + " has to be one of the tensors and a module's weight");
            }
        }
    }

    /** The module of the tokens' embeddings, by its name without prefix. */
    public String embeddingsModule() {
        return moduleOf(embeddings);
    }

    /** The module that gives the logits. */
    public String headModule() {
        return moduleOf(head);
    }

    private static String moduleOf(String tensor) {
        return tensor.substring(0, tensor.lastIndexOf('.'));
    }

    /** Whether a name without prefix is that of something in a layer, known or not. */
    public boolean isOfLayer(String name) {
        String list = layers + ".";
        return name.startsWith(list)
                && NUMBERED.matcher(name.substring(list.length())).matches();
    }

    /** The modules of the body that are in no layer, by their names without prefix. */
    public List<String> modulesOutsideOfLayers() {
        return tensors.stream()
                .map(ExpectedTensor::name)
                .filter(name -> !isOfLayer(name) && !name.equals(head))
                .map(TensorTable::moduleOf)
                .distinct()
                .toList();
    }

    /** The full names of all linear layers but the head. */
    public Set<String> linearModules() {
        return tensors.stream()
                .filter(tensor -> tensor.kind().isLinear() && !tensor.name().equals(head))
                .map(tensor -> fullName(moduleOf(tensor.name())))
                .collect(Collectors.toSet());
    }

    /** A tensor's full name in transformers, by its name without prefix. */
    public String fullTensorName(String tensor) {
        return tensor.equals(head) ? tensor : body + tensor;
    }

    /** A module's full name in transformers, by its name without prefix. */
    public String fullName(String module) {
        return module.equals(headModule()) ? module : body + module;
    }
}
