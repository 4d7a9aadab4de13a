package io.promptmill.tokenizer;

import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import java.util.List;

/** Parts of a {@code tokenizer.json} of which the tokenizers library has several types, one or a sequence of them. */
enum TokenizerPart {
    /** What changes text before it is split. */
    NORMALIZER(
            "normalizer",
            "normalizers",
            "BertNormalizer ByteLevel Lowercase NFC NFD NFKC NFKD Nmt Precompiled Prepend Replace Strip StripAccents"),
    /** What splits text into words. */
    PRE_TOKENIZER(
            "pre_tokenizer",
            "pretokenizers",
            "BertPreTokenizer ByteLevel CharDelimiterSplit Digits FixedLength Metaspace Punctuation Split UnicodeScripts"
                    + " Whitespace WhitespaceSplit"),
    /** What makes text of tokens. */
    DECODER("decoder", "decoders", "BPEDecoder ByteFallback ByteLevel CTC Fuse Metaspace Replace Strip WordPiece");

    private static final String SEQUENCE = "Sequence";

    private final String field;
    private final String list;
    /** Those of version 0.23, with a space between. */
    private final String types;

    TokenizerPart(String field, String list, String types) {
        this.field = field;
        this.list = list;
        this.types = types;
    }

    /** The field that holds it. */
    String field() {
        return field;
    }

    /** The field of a sequence that holds its parts. */
    String list() {
        return list;
    }

    static boolean isSequence(JsonObject part) {
        return part.isText("type", SEQUENCE);
    }

    /** Whether a part is {@code ByteLevel}, or a sequence of that one alone, which is the same. */
    boolean isByteLevel(JsonObject part) throws InvalidCheckpointException {
        JsonObject inner = part;
        while (isSequence(inner) && inner.objects(list).size() == 1) {
            inner = inner.objects(list).get(0);
        }
        return inner.isText("type", "ByteLevel");
    }

    /** Refuses a part that the library cannot read either. */
    void requireKnown(JsonObject part) throws InvalidCheckpointException {
        if (isSequence(part)) {
            for (JsonObject inner : part.objects(list)) {
                requireKnown(inner);
            }
        } else if (!List.of(types.split(" ")).contains(part.text("type"))) {
            throw part.unsupported("type", "the tokenizers library knows no such " + field);
        }
    }
}
