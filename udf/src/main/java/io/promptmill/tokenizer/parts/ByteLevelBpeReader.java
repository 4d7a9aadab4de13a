package io.promptmill.tokenizer.parts;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the model of a {@code tokenizer.json} where it is byte-level BPE. Single-threaded. */
final class ByteLevelBpeReader {
    private static final Set<String> FIELDS = Set.of(
            PartField.TYPE,
            ByteLevelBpe.DROPOUT,
            ByteLevelBpe.UNK_TOKEN,
            ByteLevelBpe.CONTINUING_SUBWORD_PREFIX,
            ByteLevelBpe.END_OF_WORD_SUFFIX,
            ByteLevelBpe.FUSE_UNK,
            ByteLevelBpe.BYTE_FALLBACK,
            ByteLevelBpe.IGNORE_MERGES,
            ByteLevelBpe.VOCAB,
            ByteLevelBpe.MERGES);

    private final JsonObject model;
    private final UnheededFields unheeded;

    /** One of a model, which is refused where it is of another type. */
    ByteLevelBpeReader(JsonObject model, UnheededFields unheeded) throws InvalidCheckpointException {
        this.model = model;
        this.unheeded = unheeded;
        // Files of 2020 and 2021, GPT-2's own among them, do not say it: what has merges is BPE.
        if (model.has(PartField.TYPE) || !model.has(ByteLevelBpe.MERGES)) {
            model.requireText(PartField.TYPE, ByteLevelBpe.TYPE);
        }
        unheeded.addUnknown(model, FIELDS);
    }

    /** The model; settings that would change it are refused where they count. */
    ByteLevelBpe read() throws InvalidCheckpointException {
        Map<String, Integer> ids = Vocabulary.ids(model.object(ByteLevelBpe.VOCAB));
        checkDropout();
        checkAffix(ByteLevelBpe.CONTINUING_SUBWORD_PREFIX);
        checkAffix(ByteLevelBpe.END_OF_WORD_SUFFIX);
        checkUnknownBytes(ids);
        List<Merge> merges = Merge.read(model, ByteLevelBpe.MERGES);
        boolean ignoreMerges = model.flag(ByteLevelBpe.IGNORE_MERGES, false);
        return ByteLevelBpe.checked(ids, merges, unheeded.taken(ByteLevelBpe.IGNORE_MERGES, ignoreMerges, false));
    }

    private void checkDropout() throws InvalidCheckpointException {
        JsonNode share = model.node().path(ByteLevelBpe.DROPOUT);
        double dropout = share.doubleValue();
        if (!model.isAbsent(ByteLevelBpe.DROPOUT) && !(share.isNumber() && dropout >= 0 && dropout <= 1)) {
            throw model.mismatch(ByteLevelBpe.DROPOUT, "a number from 0 to 1");
        }
        if (dropout > 0) {
            requireReplaced(ByteLevelBpe.DROPOUT, "the same text would get other ids each time");
        }
    }

    private void checkAffix(String field) throws InvalidCheckpointException {
        if (!model.isAbsent(field) && !model.text(field).isEmpty()) {
            requireReplaced(field, "byte-level vocabularies have none");
        }
    }

    /** Without a fallback and an unknown token a byte that is no token is left out, fused or not. */
    private void checkUnknownBytes(Map<String, Integer> ids) throws InvalidCheckpointException {
        boolean fallsBack = model.flag(ByteLevelBpe.BYTE_FALLBACK, false);
        if ((fallsBack || !model.isAbsent(ByteLevelBpe.UNK_TOKEN)) && !holdsAllBytes(ids)) {
            requireReplaced(
                    fallsBack ? ByteLevelBpe.BYTE_FALLBACK : ByteLevelBpe.UNK_TOKEN,
                    "that is what would become of single bytes, which the vocabulary lacks");
        }
        model.flag(ByteLevelBpe.FUSE_UNK, false);
    }

    private static boolean holdsAllBytes(Map<String, Integer> ids) {
        for (int b = 0; b < 256; b++) {
            if (!ids.containsKey(String.valueOf(ByteAlphabet.character(b)))) {
                return false;
            }
        }
        return true;
    }

    /** Refuses a setting that counts; GPT-2's class has none of these. */
    private void requireReplaced(String field, String why) throws InvalidCheckpointException {
        if (!unheeded.isReplaced(model, field, "none")) {
            throw model.unsupported(field, why);
        }
    }
}
