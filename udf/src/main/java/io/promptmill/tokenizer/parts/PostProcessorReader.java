package io.promptmill.tokenizer.parts;

import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import java.util.List;
import java.util.Set;

/** Reads the post-processor of a {@code tokenizer.json}. Single-threaded. */
final class PostProcessorReader {
    private static final String PROCESSORS = "processors";
    private static final String SINGLE = "single";
    private static final String SEQUENCE = "Sequence";
    private static final String TEMPLATE = "TemplateProcessing";
    private static final Set<String> TEMPLATE_FIELDS = Set.of(PartField.TYPE, SINGLE, "pair", "special_tokens");

    private final UnheededFields unheeded;

    private PostProcessorReader(UnheededFields unheeded) {
        this.unheeded = unheeded;
    }

    /** The post-processor; one that makes other tokens of a prompt than its own is refused. */
    static PostProcessor read(JsonObject root, UnheededFields unheeded) throws InvalidCheckpointException {
        if (!root.isAbsent(PostProcessor.FIELD)) {
            new PostProcessorReader(unheeded).requireNeutral(root.object(PostProcessor.FIELD));
        }
        return new PostProcessor.None();
    }

    private void requireNeutral(JsonObject processor) throws InvalidCheckpointException {
        if (processor.isText(PartField.TYPE, ByteLevel.TYPE)) {
            unheeded.addUnknown(processor, ByteLevel.FIELDS);
            return;
        }
        if (PartField.isSequence(processor)) {
            unheeded.addUnknown(processor, Set.of(PartField.TYPE, PROCESSORS));
            for (JsonObject part : processor.objects(PROCESSORS)) {
                requireNeutral(part);
            }
            return;
        }
        if (!processor.isText(PartField.TYPE, TEMPLATE)) {
            throw processor.unsupported(PartField.TYPE, Refusal.ADDED_TO_PROMPTS);
        }
        unheeded.addUnknown(processor, TEMPLATE_FIELDS);
        requireNeutralTemplate(processor);
    }

    /** A template is a list of special tokens and sequences; sequence A is the prompt. */
    private static void requireNeutralTemplate(JsonObject template) throws InvalidCheckpointException {
        List<JsonObject> pieces = template.objects(SINGLE);
        int others = pieces.size() - 1;
        boolean endsWithPrompt = others >= 0 && isPrompt(pieces.get(others));
        long tokens = pieces.stream().filter(piece -> !piece.has(SEQUENCE)).count();
        if (tokens > 0 && endsWithPrompt && tokens == others) {
            throw template.unsupported(
                    SINGLE,
                    Refusal.ADDED_TO_PROMPTS,
                    "set post_processor to null in the file and " + Refusal.GIVE_AS_PREFIX);
        }
        if (tokens > 0) {
            throw template.unsupported(SINGLE, Refusal.ADDED_TO_PROMPTS);
        }
        if (others != 0 || !endsWithPrompt) {
            throw template.unsupported(SINGLE, "a prompt would not be its own tokens alone");
        }
    }

    private static boolean isPrompt(JsonObject piece) {
        return "A".equals(piece.node().path(SEQUENCE).path("id").textValue());
    }
}
