package io.promptmill.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.promptmill.checkpoint.CheckpointFolder;
import io.promptmill.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What {@code tokenizer_config.json}, {@code special_tokens_map.json} and {@code added_tokens.json} add to a tokenizer;
 * none of them needs to exist. Fields that do not change ids or text are ignored.
 */
final class TokenizerSettings {
    /** transformers gives new ids in this order. */
    private static final List<String> SPECIAL_TOKENS =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private static final List<String> SPECIAL_TOKEN_LISTS =
            List.of("additional_special_tokens", "extra_special_tokens");

    /** These classes of transformers leave the {@code tokenizer.json} as it is. */
    private static final Set<String> PLAIN_CLASSES = Set.of("TokenizersBackend", "PreTrainedTokenizerFast");

    private static final Pattern TOKEN_ID = Pattern.compile("[0-9]{1,9}");

    private final JsonObject config;
    private final JsonObject specialTokensMap;
    private final JsonObject addedTokens;

    private TokenizerSettings(JsonObject config, JsonObject specialTokensMap, JsonObject addedTokens) {
        this.config = config;
        this.specialTokensMap = specialTokensMap;
        this.addedTokens = addedTokens;
    }

    static TokenizerSettings read(CheckpointFolder folder) throws InvalidCheckpointException, IOException {
        TokenizerSettings settings = new TokenizerSettings(
                optional(folder, "tokenizer_config.json"),
                optional(folder, "special_tokens_map.json"),
                optional(folder, "added_tokens.json"));
        for (String flag : List.of("add_bos_token", "add_eos_token")) {
            if (settings.config.flag(flag, false)) {
                throw settings.config.unsupported(flag, "special tokens would be added to every prompt");
            }
        }
        return settings;
    }

    private static JsonObject optional(CheckpointFolder folder, String name)
            throws InvalidCheckpointException, IOException {
        JsonNode json = folder.has(name) ? JsonFile.read(folder, name) : JsonNodeFactory.instance.objectNode();
        return new JsonObject(json, folder.path().resolve(name).toString());
    }

    /** Whether text gets a space before it, if the configuration decides that. */
    Optional<Boolean> addPrefixSpace() throws InvalidCheckpointException {
        boolean decides = !config.isAbsent("add_prefix_space")
                && !PLAIN_CLASSES.contains(config.isAbsent("tokenizer_class") ? "" : config.text("tokenizer_class"));
        return decides ? Optional.of(config.flag("add_prefix_space", false)) : Optional.empty();
    }

    /**
     * The added tokens together with those named here that are not yet among them.
     *
     * @param ids the vocabulary: a named token without an id has the one it has there, or else the next free one
     */
    List<AddedToken> addTo(List<AddedToken> tokens, Map<String, Integer> ids) throws InvalidCheckpointException {
        Map<String, AddedToken> byContent = new LinkedHashMap<>();
        tokens.forEach(token -> byContent.put(token.content(), token));
        for (AddedToken token : withIds()) {
            byContent.putIfAbsent(token.content(), token);
        }
        int highest = byContent.values().stream().mapToInt(AddedToken::id).max().orElse(-1);
        int next = Math.max(highest + 1, ids.size());
        for (String content : namedSpecialTokens()) {
            if (!byContent.containsKey(content)) {
                Integer known = ids.get(content);
                byContent.put(content, AddedToken.special(known == null ? next++ : known, content));
            }
        }
        return List.copyOf(byContent.values());
    }

    private List<AddedToken> withIds() throws InvalidCheckpointException {
        List<AddedToken> tokens = new ArrayList<>();
        if (!config.isAbsent("added_tokens_decoder")) {
            JsonObject decoder = config.object("added_tokens_decoder");
            for (Iterator<String> names = decoder.names(); names.hasNext(); ) {
                String id = names.next();
                tokens.add(TokenizerJsonReader.addedToken(decoder.object(id), parsedId(decoder, id)));
            }
        }
        Set<String> special = namedSpecialTokens();
        for (Iterator<String> names = addedTokens.names(); names.hasNext(); ) {
            String content = names.next();
            int id = addedTokens.id(content);
            tokens.add(special.contains(content) ? AddedToken.special(id, content) : AddedToken.plain(id, content));
        }
        tokens.sort(Comparator.comparingInt(AddedToken::id));
        return tokens;
    }

    private static int parsedId(JsonObject decoder, String id) throws InvalidCheckpointException {
        if (!TOKEN_ID.matcher(id).matches()) {
            throw Refusal.broken(
                    decoder.path() + ": key " + InvalidCheckpointException.quote(id) + " is no token id",
                    "ids are whole numbers");
        }
        return Integer.parseInt(id);
    }

    private Set<String> namedSpecialTokens() throws InvalidCheckpointException {
        Set<String> tokens = new LinkedHashSet<>();
        for (JsonObject file : List.of(config, specialTokensMap)) {
            for (String name : SPECIAL_TOKENS) {
                if (!file.isAbsent(name)) {
                    tokens.add(content(file.node().get(name), file, name));
                }
            }
            for (String name : SPECIAL_TOKEN_LISTS) {
                // Newer files may hold an object here, each value a token.
                for (JsonNode token : file.node().path(name)) {
                    tokens.add(content(token, file, name));
                }
            }
        }
        return tokens;
    }

    private static String content(JsonNode token, JsonObject file, String field) throws InvalidCheckpointException {
        JsonNode content = token.isObject() ? token.path("content") : token;
        if (!content.isTextual()) {
            throw file.malformed(field, "a special token is a text or an object with its content");
        }
        return content.textValue();
    }
}
