package io.promptmill.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code tokenizer.json}, in any form that the tokenizers library has written for byte-level BPE since its version
 * 0.8: with and without {@code model.type}, {@code use_regex} and {@code ignore_merges}, merges as texts or pairs. A field
 * that the library does not know is passed over with a warning, as there; a value that cannot be honoured is a refusal, or
 * for GPT-2's class, which has its own, a warning.
 */
final class TokenizerJsonReader {
    private static final String VERSION = "1.0";

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
    /** Of each part of the type {@code ByteLevel}. */
    static final Set<String> BYTE_LEVEL_FIELDS = Set.of("type", "add_prefix_space", "trim_offsets", "use_regex");

    private static final Set<String> ADDED_TOKEN_FIELDS =
            Set.of("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special");

    private final JsonObject root;
    private final TokenizerClass use;
    private final UnheededFields unheeded = new UnheededFields();

    private TokenizerJsonReader(JsonObject root, TokenizerClass use) {
        this.root = root;
        this.use = use;
    }

    /**
     * What the tokenizer of a {@code tokenizer.json} is made of.
     *
     * @param json the file's object
     * @param use what is made of it
     * @param prefixSpace whether GPT-2's class gives text a space where the pre-tokenizer is not heeded
     */
    static BpeParts read(JsonObject json, TokenizerClass use, boolean prefixSpace) throws InvalidCheckpointException {
        return new TokenizerJsonReader(json, use).read(prefixSpace);
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

    private BpeParts read(boolean prefixSpace) throws InvalidCheckpointException {
        root.allowOnly(ROOT_FIELDS, "the field is not known and may change the ids");
        if (root.has("version")) {
            root.requireText("version", VERSION);
        }
        JsonObject model = root.object("model");
        checkType(model);
        unheeded.addUnknown(model, MODEL_FIELDS);
        checkNormalizer();
        Optional<JsonObject> preTokenizer = preTokenizer();
        checkDecoder();
        if (!root.isAbsent("post_processor")) {
            new PostProcessorCheck(unheeded).check(root.object("post_processor"));
        }
        Map<String, Integer> ids = vocabulary(model.object("vocab"));
        checkModel(model, ids);
        return new BpeParts(
                ids,
                merges(model),
                List.of(addedTokens()),
                preTokenizer.isPresent() ? preTokenizer.get().flag("add_prefix_space", true) : prefixSpace,
                preTokenizer.isEmpty() || preTokenizer.get().flag("use_regex", true),
                model.flag("ignore_merges", false),
                unheeded.warnings());
    }

    /** Files of 2020 and 2021, GPT-2's own among them, do not say it: what has merges is BPE. */
    private static void checkType(JsonObject model) throws InvalidCheckpointException {
        if (model.has("type") || !model.has("merges")) {
            model.requireText("type", "BPE");
        }
    }

    private void checkNormalizer() throws InvalidCheckpointException {
        if (root.isAbsent("normalizer")) {
            return;
        }
        JsonObject normalizer = root.object("normalizer");
        boolean changesNothing = TokenizerPart.isSequence(normalizer)
                && normalizer.objects("normalizers").isEmpty();
        if (!changesNothing && !isReplaced(TokenizerPart.NORMALIZER, "none")) {
            throw root.unsupported("normalizer", "text would have to be changed before it is split");
        }
    }

    /** The one that says how text is split, or empty where GPT-2's class has its own. */
    private Optional<JsonObject> preTokenizer() throws InvalidCheckpointException {
        TokenizerPart part = TokenizerPart.PRE_TOKENIZER;
        boolean isAbsent = root.isAbsent(part.field());
        if ((isAbsent || !part.isByteLevel(root.object(part.field()))) && isReplaced(part, "ByteLevel")) {
            return Optional.empty();
        }
        if (isAbsent) {
            throw root.unsupported(part.field(), "ByteLevel is the only one supported");
        }
        return Optional.of(byteLevel(part));
    }

    /** Whether GPT-2's class has another part instead, of which a user is told. */
    private boolean isReplaced(TokenizerPart part, String taken) throws InvalidCheckpointException {
        if (use != TokenizerClass.GPT2) {
            return false;
        }
        if (!root.isAbsent(part.field())) {
            part.requireKnown(root.object(part.field()));
        }
        unheeded.addReplaced(root, part.field(), taken);
        return true;
    }

    /** A part that is ByteLevel, or a sequence of that one alone, which is the same. */
    private JsonObject byteLevel(TokenizerPart kind) throws InvalidCheckpointException {
        JsonObject part = root.object(kind.field());
        while (TokenizerPart.isSequence(part)) {
            List<JsonObject> parts = part.objects(kind.list());
            if (parts.size() != 1) {
                throw part.unsupported(kind.list(), "ByteLevel alone is the only one supported");
            }
            unheeded.addUnknown(part, Set.of("type", kind.list()));
            part = parts.get(0);
        }
        part.requireText("type", "ByteLevel");
        unheeded.addUnknown(part, BYTE_LEVEL_FIELDS);
        return part;
    }

    private void checkDecoder() throws InvalidCheckpointException {
        TokenizerPart part = TokenizerPart.DECODER;
        if (!root.isAbsent(part.field())) {
            boolean counts = part.isByteLevel(root.object(part.field())) || !isReplaced(part, "ByteLevel");
            if (counts) {
                byteLevel(part);
            }
        } else if (use == TokenizerClass.AS_WRITTEN) {
            throw root.unsupported("decoder", "text would be the tokens as they are written, with spaces between");
        }
    }

    private void checkModel(JsonObject model, Map<String, Integer> ids) throws InvalidCheckpointException {
        JsonNode share = model.node().path("dropout");
        double dropout = share.doubleValue();
        if (!model.isAbsent("dropout") && !(share.isNumber() && dropout >= 0 && dropout <= 1)) {
            throw model.mismatch("dropout", "a number from 0 to 1");
        }
        if (dropout > 0) {
            requireReplaced(model, "dropout", "the same text would get other ids each time");
        }
        for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            if (!model.isAbsent(affix) && !model.text(affix).isEmpty()) {
                requireReplaced(model, affix, "byte-level vocabularies have none");
            }
        }
        // Without both a byte that is no token is left out, fused or not.
        boolean fallsBack = model.flag("byte_fallback", false);
        if ((fallsBack || !model.isAbsent("unk_token")) && !holdsAllBytes(ids)) {
            requireReplaced(
                    model,
                    fallsBack ? "byte_fallback" : "unk_token",
                    "that is what would become of single bytes, which the vocabulary lacks");
        }
        model.flag("fuse_unk", false);
    }

    /** Refuses a setting of the model that counts; GPT-2's class has none of these. */
    private void requireReplaced(JsonObject model, String field, String why) throws InvalidCheckpointException {
        if (use != TokenizerClass.GPT2) {
            throw model.unsupported(field, why);
        }
        unheeded.addReplaced(model, field, "none");
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
                MergeLine.parse(merge.textValue()).ifPresent(merges::add);
            } else if (merge.size() == 2
                    && merge.path(0).isTextual()
                    && merge.path(1).isTextual()) {
                merges.add(new ByteLevelBpe.Merge(
                        merge.get(0).textValue(), merge.get(1).textValue()));
            } else {
                throw Refusal.broken(model.said("merges"), "each merge is two texts");
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
            unheeded.addUnknown(token, ADDED_TOKEN_FIELDS);
            tokens.add(addedToken(token, token.idFromZero("id")));
        }
        return tokens;
    }

    /** The added token whose text and flags an object holds. */
    static AddedToken addedToken(JsonObject token, int id) throws InvalidCheckpointException {
        return addedToken(token, id, token.flag("special", false));
    }

    /** The added token whose text and other flags an object holds. */
    static AddedToken addedToken(JsonObject token, int id, boolean special) throws InvalidCheckpointException {
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
