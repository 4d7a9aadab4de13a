package io.promptmill.tokenizer.folder;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import io.promptmill.tokenizer.parts.AddedToken;
import io.promptmill.tokenizer.parts.Refusal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The special tokens that {@code tokenizer_config.json} and {@code special_tokens_map.json} name, as transformers 5 reads
 * them ({@code PreTrainedTokenizerBase._from_pretrained} and its constructor). Single-threaded.
 */
final class SpecialTokens {
    /** transformers gives new ids in this order, and those of other names after them. */
    private static final List<String> NAMES =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    /** Those that GPT-2's tokenizer has without a file that says so. */
    private static final List<String> OF_GPT2 = List.of("bos_token", "eos_token", "unk_token");

    private static final String END_OF_TEXT = "<|endoftext|>";
    private static final String EXTRA = "extra_special_tokens";
    private static final String EXTRA_UNTIL_VERSION_4 = "additional_special_tokens";
    private static final Set<String> LISTS = Set.of(EXTRA, EXTRA_UNTIL_VERSION_4);

    /** By name; null for one that a file says there is none of. */
    private final Map<String, AddedToken> named = new LinkedHashMap<>();

    private final Map<String, AddedToken> objectsOfOtherNames = new LinkedHashMap<>();
    private final Map<String, AddedToken> ofOtherNames = new LinkedHashMap<>();
    /** Those without a name; null where no file has them. */
    private List<AddedToken> extra;
    /** Those that a file has under the old name, beside others under the new one; null where none has. */
    private List<AddedToken> extraUntilVersion4;

    /** Those of the configuration. */
    SpecialTokens(JsonObject config) throws InvalidCheckpointException {
        readNamed(config);
        extra = list(config, EXTRA);
        extraUntilVersion4 = list(config, EXTRA_UNTIL_VERSION_4);
        if (extraUntilVersion4 != null && config.node().path(EXTRA).isEmpty()) {
            extra = extraUntilVersion4;
            extraUntilVersion4 = null;
        }
    }

    /** Takes those of {@code special_tokens_map.json}, which win where both name one. */
    void readMap(JsonObject map) throws InvalidCheckpointException {
        readNamed(map);
        List<AddedToken> more = list(map, EXTRA);
        if (more != null) {
            List<AddedToken> all = new ArrayList<>(extra == null ? List.of() : extra);
            all.addAll(more);
            extra = all;
        }
        List<AddedToken> other = list(map, EXTRA_UNTIL_VERSION_4);
        extraUntilVersion4 = other == null ? extraUntilVersion4 : other;
    }

    private void readNamed(JsonObject file) throws InvalidCheckpointException {
        for (String name : NAMES) {
            if (file.has(name)) {
                named.put(name, file.isAbsent(name) ? null : token(file.node().get(name), file, name));
            }
        }
        for (Iterator<String> names = file.names(); names.hasNext(); ) {
            String name = names.next();
            JsonNode value = file.node().get(name);
            if (!name.endsWith("_token") || NAMES.contains(name)) {
                continue;
            }
            if (value.isTextual()) {
                ofOtherNames.put(name, token(value, file, name));
            } else if (value.path(AddedToken.CONTENT).isTextual()) {
                objectsOfOtherNames.put(name, token(value, file, name));
            }
        }
        if (file.node().path(EXTRA).isObject()) {
            for (Map.Entry<String, JsonNode> token : file.node().get(EXTRA).properties()) {
                ofOtherNames.put(token.getKey(), token(token.getValue(), file, EXTRA));
            }
        }
    }

    /** Those of a list; null where there is none. */
    private static List<AddedToken> list(JsonObject file, String name) throws InvalidCheckpointException {
        if (!file.node().path(name).isArray()) {
            return null;
        }
        List<AddedToken> tokens = new ArrayList<>();
        for (JsonNode token : file.node().get(name)) {
            tokens.add(token(token, file, name));
        }
        return tokens;
    }

    /**
     * Takes for those that a file names the flags that they have as added tokens.
     *
     * @param added by text
     */
    void takeFlags(Map<String, AddedToken> added) {
        named.replaceAll((name, token) -> token == null ? null : added.getOrDefault(token.content(), token));
    }

    /** GPT-2's own for those that no file names. */
    void addDefaultsOfGpt2() {
        for (String name : OF_GPT2) {
            if (!named.containsKey(name)) {
                named.put(name, AddedToken.special(AddedToken.NO_ID, END_OF_TEXT));
            }
        }
    }

    /** The tokens that have a name, in the order in which they are added; one may be there in several forms. */
    List<AddedToken> named() {
        Map<String, AddedToken> others = new LinkedHashMap<>(objectsOfOtherNames);
        others.putAll(ofOtherNames);
        return Stream.concat(NAMES.stream().map(named::get), others.values().stream())
                .filter(token -> token != null)
                .map(AddedToken::asSpecial)
                .toList();
    }

    /** The texts by which a token of {@code added_tokens.json} is special. */
    Set<String> contents() {
        return Stream.concat(NAMES.stream().map(named::get), extra == null ? Stream.empty() : extra.stream())
                .filter(token -> token != null)
                .map(AddedToken::content)
                .collect(Collectors.toSet());
    }

    /** The tokens without a name, added after the others. */
    List<AddedToken> extra() {
        List<AddedToken> tokens = extra == null ? extraUntilVersion4 : extra;
        return tokens == null ? List.of() : tokens;
    }

    private static AddedToken token(JsonNode token, JsonObject file, String field) throws InvalidCheckpointException {
        if (token.isTextual()) {
            return AddedToken.special(AddedToken.NO_ID, token.textValue());
        }
        if (!token.isObject() || !token.path(AddedToken.CONTENT).isTextual()) {
            throw Refusal.broken(file.said(field), "a special token is a text or an object with its content");
        }
        JsonObject object = file.within(token, field);
        // An object that says its class is taken as it is: in a list it need not be special.
        boolean special = !LISTS.contains(field) || !object.has("__type") || object.flag(AddedToken.SPECIAL, false);
        return special ? AddedToken.readSpecial(object, AddedToken.NO_ID) : AddedToken.read(object, AddedToken.NO_ID);
    }
}
