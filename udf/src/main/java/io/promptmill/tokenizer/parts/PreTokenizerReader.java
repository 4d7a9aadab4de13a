package io.promptmill.tokenizer.parts;

import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;

/** Reads the pre-tokenizer of a {@code tokenizer.json}. */
final class PreTokenizerReader {
    private static final PartField FIELD = new PartField(
            PreTokenizer.FIELD,
            "pretokenizers",
            "BertPreTokenizer ByteLevel CharDelimiterSplit Digits FixedLength Metaspace Punctuation Split UnicodeScripts"
                    + " Whitespace WhitespaceSplit");

    private PreTokenizerReader() {}

    /**
     * The pre-tokenizer; other types than {@code ByteLevel} are refused where they count.
     *
     * @param gpt2 what GPT-2's class has instead of any
     */
    static PreTokenizer read(JsonObject root, ByteLevel gpt2, UnheededFields unheeded)
            throws InvalidCheckpointException {
        boolean isAbsent = root.isAbsent(FIELD.name());
        boolean isByteLevel = !isAbsent && ByteLevel.isHeldBy(FIELD, root);
        if (!isByteLevel && FIELD.isReplaced(root, ByteLevel.TYPE, unheeded)) {
            return gpt2;
        }
        if (isAbsent) {
            throw root.unsupported(FIELD.name(), ByteLevel.TYPE + " is the only one supported");
        }
        ByteLevel written = ByteLevel.read(ByteLevel.object(FIELD, root, unheeded));
        return new ByteLevel(
                unheeded.taken(ByteLevel.ADD_PREFIX_SPACE, written.addPrefixSpace(), gpt2.addPrefixSpace()),
                unheeded.taken(ByteLevel.USE_REGEX, written.useRegex(), gpt2.useRegex()));
    }
}
