package io.promptmill.jobs.finetune;

import io.promptmill.family.ModelShape;
import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.failure.RefusalException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The model that a training starts from.
 *
 * @param model its folder; empty for the sample model
 * @param baseModel of an adapter; empty where none is named
 * @param scratch the sizes of a new model, of which {@code model} gives the tokenizer only; empty where the weights are
 *     those of {@code model}
 * @param addedTokens special tokens that its tokenizer is to get
 */
record StartSettings(
        Optional<String> model, Optional<String> baseModel, Optional<Sizes> scratch, List<String> addedTokens) {
    private static final List<FinetuneOption> SIZES =
            List.of(FinetuneOption.N_LAYER, FinetuneOption.N_HEAD, FinetuneOption.N_EMBD, FinetuneOption.N_POSITIONS);

    /** Sizes of a new model, as config.json calls them. */
    record Sizes(int nLayer, int nHead, int nEmbd, int nPositions) {}

    static StartSettings read(OptionReader read) throws RefusalException {
        Optional<String> model = read.textIfGiven(FinetuneOption.MODEL);
        Optional<String> base = read.textIfGiven(FinetuneOption.BASE_MODEL);
        if (base.isPresent() && model.isEmpty()) {
            throw RefusalException.usage(
                    "base_without_adapter",
                    "--base-model is given without --model",
                    "it is the base of the adapter that --model names",
                    "add --model with the adapter's folder, or give the base as --model");
        }
        return new StartSettings(model, base, scratch(read), addedTokens(read));
    }

    private static Optional<Sizes> scratch(OptionReader read) throws RefusalException {
        if (read.flag(FinetuneOption.FROM_SCRATCH)) {
            for (FinetuneOption size : SIZES) {
                if (read.textIfGiven(size).isEmpty()) {
                    throw RefusalException.usage(
                            "shape_missing",
                            size.option().dashed() + " is not given",
                            "a model from scratch needs all its sizes",
                            "add " + size.option().dashed() + " "
                                    + size.option().label());
                }
            }
            Sizes sizes = new Sizes(
                    read.wholeNumber(FinetuneOption.N_LAYER, 1, ModelShape.MAX_LAYERS),
                    read.wholeNumber(FinetuneOption.N_HEAD, 1, ModelShape.MAX_SIZE),
                    read.wholeNumber(FinetuneOption.N_EMBD, 1, ModelShape.MAX_SIZE),
                    read.wholeNumber(FinetuneOption.N_POSITIONS, 2, ModelShape.MAX_SIZE));
            if (sizes.nEmbd() % sizes.nHead() != 0) {
                throw RefusalException.usage(
                        "contradicting_options",
                        "--n-head " + sizes.nHead() + " does not divide --n-embd " + sizes.nEmbd(),
                        "all heads have the same width",
                        "change one of them");
            }
            return Optional.of(sizes);
        }
        for (FinetuneOption size : SIZES) {
            if (read.textIfGiven(size).isPresent()) {
                throw RefusalException.usage(
                        "contradicting_options",
                        size.option().dashed() + " is given without --from-scratch",
                        "a model that is there has sizes of its own",
                        "add --from-scratch or leave " + size.option().dashed() + " out");
            }
        }
        return Optional.empty();
    }

    private static List<String> addedTokens(OptionReader read) throws RefusalException {
        List<String> tokens = read.textIfGiven(FinetuneOption.ADD_SPECIAL_TOKENS)
                .map(list -> Arrays.asList(list.split(",", -1)))
                .orElse(List.of());
        if (tokens.stream().anyMatch(String::isBlank)
                || tokens.stream().distinct().count() < tokens.size()) {
            throw RefusalException.usage(
                    "wrong_value",
                    "--add-special-tokens names an empty token, or one twice",
                    "each gets an embedding of its own",
                    "write different tokens with one comma between them");
        }
        return List.copyOf(tokens);
    }
}
