package io.promptmill.tokenizer.folder;

import io.promptmill.files.CheckpointFolder;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import io.promptmill.tokenizer.parts.AddedToken;
import io.promptmill.tokenizer.parts.ByteLevel;
import io.promptmill.tokenizer.parts.Refusal;
import io.promptmill.tokenizer.parts.TokenizerClass;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code tokenizer_config.json}, {@code special_tokens_map.json}, {@code added_tokens.json} and the {@code
 * tokenizer_class} of {@code config.json} say of a tokenizer; none of them needs to exist. Fields that do not change ids
 * or text are ignored. Which file counts where several name a token is transformers' rule.
 */
final class TokenizerSettings {
    private static final String CONFIG_FILE = "tokenizer_config.json";
    private static final String SPECIAL_TOKENS_FILE = "special_tokens_map.json";
    private static final String ADDED_TOKENS_FILE = "added_tokens.json";

    /** Names of them but for config.json, which is the model's. */
    static final List<String> FILES = List.of(CONFIG_FILE, SPECIAL_TOKENS_FILE, ADDED_TOKENS_FILE);

    private static final String CLASS = "tokenizer_class";
    private static final String ADDED_TOKENS_DECODER = "added_tokens_decoder";
    private static final Pattern TOKEN_ID = Pattern.compile("[0-9]{1,9}");

    private final JsonObject config;
    private final JsonObject specialTokensMap;
    private final JsonObject addedTokens;
    private final TokenizerClass tokenizerClass;

    private TokenizerSettings(CheckpointFolder folder) throws InvalidCheckpointException, IOException {
        this.config = JsonObject.readIfPresent(folder, CONFIG_FILE, TokenizerFiles.KIND);
        this.specialTokensMap = JsonObject.readIfPresent(folder, SPECIAL_TOKENS_FILE, TokenizerFiles.KIND);
        this.addedTokens = JsonObject.readIfPresent(folder, ADDED_TOKENS_FILE, TokenizerFiles.KIND);
        this.tokenizerClass =
                tokenizerClass(config, JsonObject.readIfPresent(folder, "config.json", TokenizerFiles.KIND));
    }

    static TokenizerSettings read(CheckpointFolder folder) throws InvalidCheckpointException, IOException {
        TokenizerSettings settings = new TokenizerSettings(folder);
        if (settings.config.flag("split_special_tokens", false)) {
            throw settings.config.unsupported(
                    "split_special_tokens", "special tokens in a text would be split as words");
        }
        return settings;
    }

    private static TokenizerClass tokenizerClass(JsonObject config, JsonObject modelConfig)
            throws InvalidCheckpointException {
        for (JsonObject file : List.of(config, modelConfig)) {
            if (!file.isAbsent(CLASS)) {
                TokenizerClass known = TokenizerClass.of(file.text(CLASS));
                if (known == TokenizerClass.OTHER) {
                    throw file.unsupported(
                            CLASS,
                            "that class splits text by rules of its own",
                            Refusal.TOKENIZE_ELSEWHERE + ", or, if tokenizer.json is GPT-2's kind (byte-level BPE)"
                                    + " and the model was trained with it as it is, set tokenizer_class to"
                                    + " PreTrainedTokenizerFast");
                }
                return known;
            }
        }
        return TokenizerClass.GPT2;
    }

    /** What is made of the folder's {@code tokenizer.json}. */
    TokenizerClass tokenizerClass() {
        return tokenizerClass;
    }

    /** The pre-tokenizer of GPT-2's class, in which the configuration alone decides on the space before a text. */
    ByteLevel gpt2PreTokenizer() throws InvalidCheckpointException {
        return new ByteLevel(config.flag(ByteLevel.ADD_PREFIX_SPACE, false), true);
    }

    /** Whether it says how the turns of a conversation become one text. */
    boolean hasChatTemplate() {
        return !config.isAbsent("chat_template");
    }

    /** Refuses tokens around every prompt; beside a {@code tokenizer.json} these flags mean nothing. */
    void requireNothingAroundPrompts() throws InvalidCheckpointException {
        if (config.flag("add_eos_token", false)) {
            throw config.unsupported("add_eos_token", Refusal.ADDED_TO_PROMPTS);
        }
        if (config.flag("add_bos_token", false)) {
            throw config.unsupported(
                    "add_bos_token", Refusal.ADDED_TO_PROMPTS, "set it to false and " + Refusal.GIVE_AS_PREFIX);
        }
    }

    /**
     * The tokens that are added, in this order, with the ids that files say.
     *
     * @param inTokenizerJson those of {@code tokenizer.json}
     * @param use what is made of the files
     */
    List<AddedToken> addedTokens(List<AddedToken> inTokenizerJson, TokenizerClass use)
            throws InvalidCheckpointException {
        SpecialTokens special = new SpecialTokens(config);
        Map<String, AddedToken> byContent = new HashMap<>();
        Map<Integer, AddedToken> byId = new TreeMap<>();
        for (AddedToken token : withIds(inTokenizerJson, special)) {
            byContent.put(token.content(), token);
            byId.put(token.id(), token);
        }
        special.takeFlags(byContent);
        if (use == TokenizerClass.GPT2) {
            special.addDefaultsOfGpt2();
        }
        List<AddedToken> named = special.named();
        Set<String> names = named.stream().map(AddedToken::content).collect(Collectors.toSet());
        List<AddedToken> all = new ArrayList<>();
        for (AddedToken token : byId.values()) {
            all.add(names.contains(token.content()) ? token.asSpecial() : token);
        }
        Set<String> there = all.stream().map(AddedToken::content).collect(Collectors.toCollection(HashSet::new));
        if (use == TokenizerClass.AS_WRITTEN) {
            inTokenizerJson.forEach(token -> there.add(token.content()));
        }
        Stream.concat(named.stream(), special.extra().stream())
                .filter(token -> !there.contains(token.content()))
                .forEach(all::add);
        return all;
    }

    /** The tokens that files give an id, where the configuration does it by that file alone; later ones count. */
    private List<AddedToken> withIds(List<AddedToken> inTokenizerJson, SpecialTokens special)
            throws InvalidCheckpointException {
        if (!config.isAbsent(ADDED_TOKENS_DECODER)) {
            return ofDecoder(config.object(ADDED_TOKENS_DECODER));
        }
        special.readMap(specialTokensMap);
        List<AddedToken> tokens = new ArrayList<>(ofAddedTokensJson(special));
        tokens.addAll(inTokenizerJson);
        return tokens;
    }

    private static List<AddedToken> ofDecoder(JsonObject decoder) throws InvalidCheckpointException {
        List<AddedToken> tokens = new ArrayList<>();
        for (Iterator<String> names = decoder.names(); names.hasNext(); ) {
            String id = names.next();
            tokens.add(AddedToken.read(decoder.object(id), parsedId(decoder, id)));
        }
        return tokens;
    }

    private List<AddedToken> ofAddedTokensJson(SpecialTokens special) throws InvalidCheckpointException {
        Set<String> specialContents = special.contents();
        List<AddedToken> tokens = new ArrayList<>();
        for (Iterator<String> names = addedTokens.names(); names.hasNext(); ) {
            String content = names.next();
            int id = addedTokens.idFromZero(content);
            tokens.add(
                    specialContents.contains(content)
                            ? AddedToken.special(id, content)
                            : AddedToken.plain(id, content));
        }
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
}
