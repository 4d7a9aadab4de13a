package io.promptmill.tokenizer.parts;

import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;

/** Reads the decoder of a {@code tokenizer.json}. */
final class DecoderReader {
    private static final PartField FIELD = new PartField(
            Decoder.FIELD, "decoders", "BPEDecoder ByteFallback ByteLevel CTC Fuse Metaspace Replace Strip WordPiece");

    private DecoderReader() {}

    /** The decoder; other types than {@code ByteLevel}, or none, are refused where they count. */
    static Decoder read(JsonObject root, UnheededFields unheeded) throws InvalidCheckpointException {
        if (root.isAbsent(FIELD.name())) {
            if (unheeded.heedsAll()) {
                throw root.unsupported(
                        FIELD.name(), "text would be the tokens as they are written, with spaces between");
            }
        } else if (ByteLevel.isHeldBy(FIELD, root) || !FIELD.isReplaced(root, ByteLevel.TYPE, unheeded)) {
            ByteLevel.object(FIELD, root, unheeded);
        }
        return ByteLevel.DECODER;
    }
}
