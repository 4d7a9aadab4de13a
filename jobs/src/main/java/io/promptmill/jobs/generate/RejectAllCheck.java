package io.promptmill.jobs.generate;

import io.promptmill.GenerationConfig;
import io.promptmill.GenerationOption;
import io.promptmill.Problem;
import io.promptmill.TokenIds;
import io.promptmill.TokenLimit.Counts;
import io.promptmill.family.ModelShape;
import io.promptmill.jobs.command.CommandOption;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.model.JobModel;
import io.promptmill.spark.executor.PrefixTokens;
import io.promptmill.spark.rows.PromptColumns;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether the settings of a run reject every row, whatever its prompt is: that is found before anything is generated, and
 * is wrong usage, or the model's own fault where command line and conf file set nothing of it.
 */
final class RejectAllCheck {
    private final JobSettings settings;
    private final JobModel model;
    private final ModelShape shape;

    RejectAllCheck(JobSettings settings, JobModel model) {
        this.settings = settings;
        this.model = model;
        this.shape = model.checkpoint().shape();
    }

    /**
     * Refuses such settings.
     *
     * @param config settings of a row that sets nothing
     */
    void check(PromptColumns columns, GenerationConfig config) throws RefusalException {
        int prefixTokens = 0;
        if (!config.prefix().isEmpty() && model.tokenizer().definition().isPresent()) {
            prefixTokens = checkPrefix(config, model.tokenizer().definition().get());
        }
        // A row may have a limit of its own, and a user's too high one leaves rows that say so.
        if (!columns.hasSamplingParams() && noneSet(GenerationOption.MAX_NEW_TOKENS, GenerationOption.MAX_LENGTH)) {
            checkLimit(config, prefixTokens);
        }
        checkBans(config);
    }

    /** The number of the prefix' tokens, or 0 where it cannot matter. */
    private int checkPrefix(GenerationConfig config, TokenizerDefinition tokenizer) throws RefusalException {
        // A token is at least a byte of the text, before which the tokenizer may put a space.
        long most = config.prefix().getBytes(StandardCharsets.UTF_8).length + 1L;
        boolean fits = most + config.maxTokens().tokens() <= shape.positions();
        if (fits && tokenizer.vocabularySize() <= shape.vocabulary()) {
            return 0; // most drivers need no native code
        }
        Optional<TokenIds> tokens = PrefixTokens.of(config.prefix(), tokenizer);
        if (tokens.isEmpty()) {
            return 0;
        }
        OptionalInt foreign =
                tokens.get().stream().filter(id -> id >= shape.vocabulary()).findFirst();
        if (foreign.isPresent()) {
            throw refused(
                    "becomes the token " + foreign.getAsInt(),
                    "the token ids of " + model.location() + " are 0 to " + (shape.vocabulary() - 1),
                    "take it out of the prefix",
                    GenerationOption.PREFIX);
        }
        if (tokens.get().size() >= shape.positions()) {
            throw refused(
                    "has " + tokens.get().size() + " tokens",
                    "the model has " + shape.positions() + " positions for prefix, prompt and new tokens",
                    "shorten the prefix",
                    GenerationOption.PREFIX);
        }
        return tokens.get().size();
    }

    private void checkLimit(GenerationConfig config, int prefixTokens) throws RefusalException {
        int positions = shape.positions() - prefixTokens;
        int limit = config.maxTokens().tokens();
        if (limit > positions) {
            GenerationOption option = config.maxTokens().counts() == Counts.NEW_TOKENS
                    ? GenerationOption.MAX_NEW_TOKENS
                    : GenerationOption.MAX_LENGTH;
            throw refused(
                    "is " + limit,
                    "the model has " + shape.positions() + " positions"
                            + (prefixTokens == 0 ? "" : ", of which the prefix takes " + prefixTokens),
                    "lower the limit",
                    option);
        }
    }

    /** Longer bad words, repeated n-grams, and a least length that counts the prompt depend on the row. */
    private void checkBans(GenerationConfig config) throws RefusalException {
        BitSet endTokens = new BitSet();
        config.eosTokenIds().stream()
                .filter(id -> id >= 0 && id < shape.vocabulary())
                .forEach(endTokens::set);
        BitSet banned = new BitSet();
        config.badWordsIds().stream().filter(word -> word.size() == 1).forEach(word -> banned.set(word.at(0)));
        banned.andNot(endTokens); // an end token is no bad word
        boolean endsBanned = config.minTokens().counts() == Counts.NEW_TOKENS
                && config.minTokens().tokens() > 0;
        if (endsBanned) {
            banned.or(endTokens);
        }
        if (banned.cardinality() == shape.vocabulary()) {
            throw refused(
                    "ban every token of the model",
                    "no sequence could begin",
                    "let them ban fewer tokens",
                    GenerationOption.BAD_WORDS_IDS,
                    GenerationOption.EOS_TOKEN_ID,
                    GenerationOption.MIN_NEW_TOKENS);
        }
    }

    private boolean noneSet(GenerationOption... options) {
        return Arrays.stream(options).noneMatch(settings::sets);
    }

    private RefusalException refused(String fault, String why, String remedy, GenerationOption... options) {
        boolean models = noneSet(options);
        String names = String.join(
                ", ",
                Arrays.stream(options)
                        .map(option ->
                                models ? option.key() : CommandOption.of(option).dashed())
                        .toList());
        return new RefusalException(
                models ? ExitCode.MODEL_REFUSED : ExitCode.WRONG_USAGE,
                new Problem(
                        "every_row_rejected",
                        names + (models ? " in the settings of the model " : " ") + fault,
                        why,
                        models
                                ? remedy + " in the model's files, or give "
                                        + CommandOption.of(options[0]).dashed()
                                : remedy));
    }
}
