package io.promptmill.generation;

import io.promptmill.GenerationConfig;
import io.promptmill.Problem;
import io.promptmill.Prompt;
import io.promptmill.TokenIds;
import io.promptmill.tokenizer.Tokenizer;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Prompt to token ids and limits; where a prompt does not fit the model it is cut or rejected here, before it costs
 * anything. Lengths count as in transformers' text generation pipeline. Single-threaded.
 */
final class PromptEncoder {
    private final CausalLm model;
    private final Tokenizer tokenizer;
    private final LongPromptPolicy onLongPrompt;
    private final Map<String, TokenIds> prefixes = new HashMap<>();

    /**
     * An encoder for a model.
     *
     * @param tokenizer null where prompts are token ids
     */
    PromptEncoder(CausalLm model, Tokenizer tokenizer, LongPromptPolicy onLongPrompt) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.onLongPrompt = onLongPrompt;
    }

    EncodedPrompt encode(Prompt prompt) throws RejectedPromptException {
        GenerationConfig config = prompt.config();
        checkTokens(config);
        TokenIds prefix = prefix(config.prefix());
        TokenIds tokens = tokens(prompt, prefix);
        if (tokens.isEmpty()) {
            tokens = TokenIds.of(bosToken());
        }
        TokenIds fitting = fit(prefix.size(), tokens, config);
        int promptTokens = fitting.size() - prefix.size();
        return new EncodedPrompt(
                prompt,
                fitting,
                borrowed(prefix, fitting),
                config.maxTokens().newTokens(promptTokens),
                Math.max(0, config.minTokens().newTokens(promptTokens)),
                config.eosTokenIds().stream().filter(this::isOfModel).toList());
    }

    /** Why a prompt is rejected of which a sequence had no token left to go on with. */
    static Problem everyTokenBanned() {
        return new Problem(
                "every_token_banned",
                "a sequence had no token left to go on with",
                "bad_words_ids, no_repeat_ngram_size, and eos_token_id before the least length ban all the model's tokens",
                "let these settings ban fewer tokens");
    }

    private TokenIds prefix(String prefix) throws RejectedPromptException {
        if (prefix.isEmpty()) {
            return TokenIds.of();
        }
        requireTokenizer("prefix");
        return prefixes.computeIfAbsent(prefix, tokenizer::encode);
    }

    /**
     * How many tokens are taken from the prefix computed apart. Where prefix and prompt meet, the tokenizer may join
     * them, so it can be fewer than the prefix alone has.
     */
    private static int borrowed(TokenIds prefix, TokenIds tokens) {
        int same = 0;
        while (same < Math.min(prefix.size(), tokens.size() - 1) && prefix.at(same) == tokens.at(same)) {
            same++;
        }
        return same - same % KeyValueCache.PREFIX_MULTIPLE;
    }

    /** Prefix and prompt are one text, as in transformers; only token ids are put together as ids. */
    private TokenIds tokens(Prompt prompt, TokenIds prefix) throws RejectedPromptException {
        if (prompt.tokenIds() != null) {
            TokenIds ids = prompt.tokenIds();
            requireInVocabulary("prompt_token_ids", ids.stream());
            requireInVocabulary("the tokenized prefix", prefix.stream());
            return prefix.concat(ids);
        }
        requireTokenizer("a prompt as text");
        TokenIds tokens = tokenizer.encode(prompt.config().prefix() + prompt.text());
        // Published tokenizers have tokens that were added without resizing the embeddings.
        requireInVocabulary("the tokenized prompt", tokens.stream());
        return tokens;
    }

    private int bosToken() throws RejectedPromptException {
        OptionalInt bos = model.bosTokenId();
        if (bos.isEmpty()) {
            throw new RejectedPromptException(
                    "empty_prompt",
                    "the prompt has no tokens",
                    "the model has no bos_token_id to start from",
                    "give a prompt or set a prefix");
        }
        return bos.getAsInt();
    }

    private TokenIds fit(int prefixTokens, TokenIds tokens, GenerationConfig config) throws RejectedPromptException {
        int promptTokens = tokens.size() - prefixTokens;
        int room = promptRoom(prefixTokens, config);
        if (promptTokens <= room) {
            return tokens;
        }
        if (onLongPrompt == LongPromptPolicy.REJECT || room < 1) {
            throw tooLong(prefixTokens, promptTokens, config);
        }
        TokenIds prefix = tokens.slice(0, prefixTokens);
        TokenIds kept = onLongPrompt == LongPromptPolicy.TRUNCATE_LEFT
                ? tokens.slice(tokens.size() - room, tokens.size())
                : tokens.slice(prefixTokens, prefixTokens + room);
        return prefix.concat(kept);
    }

    /** Tokens of prompt for which everything fits; may be negative. */
    private int promptRoom(int prefixTokens, GenerationConfig config) {
        int positions = model.maxPositions() - prefixTokens;
        int limit = config.maxTokens().tokens();
        return switch (config.maxTokens().counts()) {
            case NEW_TOKENS -> positions - limit;
            case PROMPT_AND_NEW_TOKENS -> limit > positions ? -1 : limit - 1;
        };
    }

    private RejectedPromptException tooLong(int prefixTokens, int promptTokens, GenerationConfig config) {
        String limit =
                switch (config.maxTokens().counts()) {
                    case NEW_TOKENS -> "max_new_tokens is ";
                    case PROMPT_AND_NEW_TOKENS -> "max_length is ";
                };
        return new RejectedPromptException(
                "prompt_too_long",
                "the prompt has " + promptTokens + " tokens and the prefix " + prefixTokens,
                limit + config.maxTokens().tokens() + " and the model has " + model.maxPositions() + " positions",
                "shorten the prompt, change the limit, or choose truncate-left or truncate-right for long prompts");
    }

    private void checkTokens(GenerationConfig config) throws RejectedPromptException {
        requireInVocabulary("bad_words_ids", config.badWordsIds().stream().flatMapToInt(TokenIds::stream));
        if (!config.stop().isEmpty()) {
            requireTokenizer("stop");
        }
    }

    private void requireInVocabulary(String name, IntStream ids) throws RejectedPromptException {
        OptionalInt bad = ids.filter(id -> !isOfModel(id)).findFirst();
        if (bad.isPresent()) {
            throw new RejectedPromptException(
                    "bad_token_ids",
                    name + " holds " + bad.getAsInt(),
                    "the model's token ids are 0 to " + (model.vocabularySize() - 1),
                    "use tokens that this model has embeddings for");
        }
    }

    private boolean isOfModel(int id) {
        return id >= 0 && id < model.vocabularySize();
    }

    private void requireTokenizer(String what) throws RejectedPromptException {
        if (tokenizer == null) {
            throw new RejectedPromptException(
                    "no_tokenizer",
                    what + " needs a tokenizer",
                    "the checkpoint has none that can be used",
                    "give prompt_token_ids and neither stop nor prefix, or a checkpoint with a byte-level BPE tokenizer");
        }
    }
}
