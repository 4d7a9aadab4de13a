package io.promptmill.tokenizer;

import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import java.util.List;
import java.util.Set;

/**
 * Whether the post-processor of a {@code tokenizer.json} leaves a prompt's tokens what they are: prompts are computed
 * without tokens around them. Single-threaded.
 */
final class PostProcessorCheck {
    private static final String ADDED_TO_PROMPTS = "special tokens would be added to every prompt";
    private static final Set<String> TEMPLATE_FIELDS = Set.of("type", "single", "pair", "special_tokens");

    private final UnheededFields unheeded;

    /** @param unheeded gets the fields that are passed over */
    PostProcessorCheck(UnheededFields unheeded) {
        this.unheeded = unheeded;
    }

    /** Refuses one that makes other ids of a prompt than its own tokens. */
    void check(JsonObject processor) throws InvalidCheckpointException {
        if (processor.isText("type", "ByteLevel")) {
            unheeded.addUnknown(processor, TokenizerJsonReader.BYTE_LEVEL_FIELDS);
            return;
        }
        if (TokenizerPart.isSequence(processor)) {
            unheeded.addUnknown(processor, Set.of("type", "processors"));
            for (JsonObject part : processor.objects("processors")) {
                check(part);
            }
            return;
        }
        if (!processor.isText("type", "TemplateProcessing")) {
            throw processor.unsupported("type", ADDED_TO_PROMPTS);
        }
        unheeded.addUnknown(processor, TEMPLATE_FIELDS);
        List<JsonObject> pieces = processor.objects("single");
        int others = pieces.size() - 1;
        boolean endsWithPrompt = others >= 0 && isPrompt(pieces.get(others));
        long tokens = pieces.stream().filter(piece -> !piece.has("Sequence")).count();
        if (tokens > 0 && endsWithPrompt && tokens == others) {
            throw processor.unsupported(
                    "single",
                    ADDED_TO_PROMPTS,
                    "set post_processor to null in the file and " + TokenizerSettings.AS_PREFIX);
        }
        if (tokens > 0) {
            throw processor.unsupported("single", ADDED_TO_PROMPTS);
        }
        if (others != 0 || !endsWithPrompt) {
            throw processor.unsupported("single", "a prompt would not be its own tokens alone");
        }
    }

    private static boolean isPrompt(JsonObject piece) {
        return "A".equals(piece.node().path("Sequence").path("id").textValue());
    }
}
