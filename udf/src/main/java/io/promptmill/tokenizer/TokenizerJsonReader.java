package io.promptmill.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.checkpoint.InvalidCheckpointException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code tokenizer.json}. A field it does not know, or a value it cannot honour, is a refusal. */
final class TokenizerJsonReader {
    // Truncation, padding and the post-processor's offsets do not change the ids of one text.
    private static final Set<String> ROOT_FIELDS = Set.of(
            "version",
            "truncation",
            "padding",
            "added_tokens",
            "normalizer",
            "pre_tokenizer",
            "post_processor",
            "decoder",
            "model");
    private static final Set<String> MODEL_FIELDS = Set.of(
            "type",
            "dropout",
            "unk_token",
            "continuing_subword_prefix",
            "end_of_word_suffix",
            "fuse_unk",
            "byte_fallback",
            "ignore_merges",
            "vocab",
            "merges");
    private static final Set<String> BYTE_LEVEL_FIELDS =
            Set.of("type", "add_prefix_space", "trim_offsets", "use_regex");
    private static final Set<String> ADDED_TOKEN_FIELDS =
            Set.of("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special");

    private final JsonObject root;

    private TokenizerJsonReader(JsonObject root) {
        this.root = root;
    }

    /**
     * The tokenizer in a {@code tokenizer.json}.
     *
     * @param name of the file in refusals
     */
    static ByteLevelBpe read(JsonNode json, String name) throws InvalidCheckpointException {
        return new TokenizerJsonReader(new JsonObject(json, name)).read();
    }

    /** The vocabulary in a {@code vocab.json} or in the model. */
    static Map<String, Integer> vocabulary(JsonObject vocabulary) throws InvalidCheckpointException {
        Map<String, Integer> ids = new HashMap<>();
        for (Iterator<String> names = vocabulary.names(); names.hasNext(); ) {
            String token = names.next();
            ids.put(token, vocabulary.id(token));
        }
        return ids;
    }

    private ByteLevelBpe read() throws InvalidCheckpointException {
        root.allowOnly(ROOT_FIELDS);
        JsonObject model = root.object("model");
        model.requireText("type", "BPE");
        model.allowOnly(MODEL_FIELDS);
        if (!root.isAbsent("normalizer")) {
            throw root.unsupported("normalizer", "text would have to be changed before it is split");
        }
        JsonObject preTokenizer = root.object("pre_tokenizer");
        byteLevel(preTokenizer);
        byteLevel(root.object("decoder"));
        checkPostProcessor();
        Map<String, Integer> ids = vocabulary(model.object("vocab"));
        checkModel(model, ids);
        return ByteLevelBpe.checked(
                ids,
                merges(model),
                addedTokens(),
                preTokenizer.flag("add_prefix_space", true),
                preTokenizer.flag("use_regex", true),
                model.flag("ignore_merges", false));
    }

    private static void byteLevel(JsonObject part) throws InvalidCheckpointException {
        part.requireText("type", "ByteLevel");
        part.allowOnly(BYTE_LEVEL_FIELDS);
    }

    private void checkPostProcessor() throws InvalidCheckpointException {
        if (root.isAbsent("post_processor")) {
            return;
        }
        JsonObject processor = root.object("post_processor");
        if (processor.isText("type", "ByteLevel")) {
            return;
        }
        processor.requireText("type", "TemplateProcessing");
        for (JsonObject part : processor.objects("single")) {
            if (part.isAbsent("Sequence")) {
                throw processor.unsupported("single", "special tokens would be added to every prompt");
            }
        }
    }

    private static void checkModel(JsonObject model, Map<String, Integer> ids) throws InvalidCheckpointException {
        if (!model.isAbsent("dropout")) {
            throw model.unsupported("dropout", "the same text would get other ids each time");
        }
        for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            if (!model.isAbsent(affix) && !model.isText(affix, "")) {
                throw model.unsupported(affix, "byte-level vocabularies have none");
            }
        }
        boolean saysWhatToDoWithUnknown =
                !model.isAbsent("unk_token") || model.flag("fuse_unk", false) || model.flag("byte_fallback", false);
        if (saysWhatToDoWithUnknown && !holdsAllBytes(ids)) {
            throw model.unsupported("vocab", "it lacks single bytes and says what becomes of them");
        }
    }

    private static boolean holdsAllBytes(Map<String, Integer> ids) {
        for (int b = 0; b < 256; b++) {
            if (!ids.containsKey(String.valueOf(ByteAlphabet.character(b)))) {
                return false;
            }
        }
        return true;
    }

    private static List<ByteLevelBpe.Merge> merges(JsonObject model) throws InvalidCheckpointException {
        List<ByteLevelBpe.Merge> merges = new ArrayList<>();
        for (JsonNode merge : model.array("merges")) {
            if (merge.isTextual()) {
                merges.add(MergeLine.parse(merge.textValue()));
            } else if (merge.size() == 2
                    && merge.path(0).isTextual()
                    && merge.path(1).isTextual()) {
                merges.add(new ByteLevelBpe.Merge(
                        merge.get(0).textValue(), merge.get(1).textValue()));
            } else {
                throw model.malformed("merges", "each merge is two texts");
            }
        }
        return merges;
    }

    private List<AddedToken> addedTokens() throws InvalidCheckpointException {
        List<AddedToken> tokens = new ArrayList<>();
        if (root.isAbsent("added_tokens")) {
            return tokens;
        }
        for (JsonObject token : root.objects("added_tokens")) {
            token.allowOnly(ADDED_TOKEN_FIELDS);
            tokens.add(addedToken(token, token.id("id")));
        }
        return tokens;
    }

    /** The added token whose text and flags an object holds. */
    static AddedToken addedToken(JsonObject token, int id) throws InvalidCheckpointException {
        boolean special = token.flag("special", false);
        return new AddedToken(
                id,
                token.text("content"),
                token.flag("single_word", false),
                token.flag("lstrip", false),
                token.flag("rstrip", false),
                token.flag("normalized", !special),
                special);
    }
}
