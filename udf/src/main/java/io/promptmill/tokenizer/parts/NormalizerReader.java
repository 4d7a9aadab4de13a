package io.promptmill.tokenizer.parts;

import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;

/** Reads the normalizer of a {@code tokenizer.json}. */
final class NormalizerReader {
    private static final PartField FIELD = new PartField(
            Normalizer.FIELD,
            "normalizers",
            "BertNormalizer ByteLevel Lowercase NFC NFD NFKC NFKD Nmt Precompiled Prepend Replace Strip StripAccents");

    private NormalizerReader() {}

    /** The normalizer; one that changes text is refused where it counts. */
    static Normalizer read(JsonObject root, UnheededFields unheeded) throws InvalidCheckpointException {
        boolean changesText = !root.isAbsent(FIELD.name()) && !FIELD.isEmptySequence(root);
        if (changesText && !FIELD.isReplaced(root, "none", unheeded)) {
            throw root.unsupported(FIELD.name(), "text would have to be changed before it is split");
        }
        return new Normalizer.None();
    }
}
