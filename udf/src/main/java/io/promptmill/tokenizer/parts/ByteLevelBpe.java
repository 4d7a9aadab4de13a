package io.promptmill.tokenizer.parts;

import com.fasterxml.jackson.core.JsonGenerator;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Byte-level BPE, the model of GPT-2's tokenizer: it joins the bytes of a word, written in the {@link ByteAlphabet}, by
 * merges to ever longer tokens. {@link #checked} is the only way it is made.
 *
 * @param vocabulary has the tokens of all merges
 * @param merges each makes a token of the vocabulary; the first ones first
 * @param ignoreMerges a word that is a token is not built from merges
 */
public record ByteLevelBpe(Vocabulary vocabulary, List<Merge> merges, boolean ignoreMerges) implements TokenizerModel {
    static final String TYPE = "BPE";
    static final String DROPOUT = "dropout";
    static final String UNK_TOKEN = "unk_token";
    static final String CONTINUING_SUBWORD_PREFIX = "continuing_subword_prefix";
    static final String END_OF_WORD_SUFFIX = "end_of_word_suffix";
    static final String FUSE_UNK = "fuse_unk";
    static final String BYTE_FALLBACK = "byte_fallback";
    static final String IGNORE_MERGES = "ignore_merges";
    static final String VOCAB = "vocab";
    static final String MERGES = "merges";

    /**
     * The model of {@code vocab.json} and {@code merges.txt}.
     *
     * @param merges the text of the latter
     */
    public static ByteLevelBpe read(JsonObject vocabulary, String merges) throws InvalidCheckpointException {
        return checked(Vocabulary.ids(vocabulary), Merge.lines(merges), false);
    }

    /** The model, if its vocabulary is sound and has the tokens of its merges. */
    static ByteLevelBpe checked(Map<String, Integer> ids, List<Merge> merges, boolean ignoreMerges)
            throws InvalidCheckpointException {
        Vocabulary vocabulary = Vocabulary.checked(ids);
        return new ByteLevelBpe(vocabulary, checked(merges, vocabulary), ignoreMerges);
    }

    /** Of a merge that is there twice the later rank counts, as in the native tokenizer. */
    private static List<Merge> checked(List<Merge> merges, Vocabulary vocabulary) throws InvalidCheckpointException {
        // Every merge makes a token, and in sound files no token is made by many.
        if (merges.size() > Vocabulary.MAX_TOKENS) {
            throw Refusal.broken(
                    "there are " + merges.size() + " merges", "at most " + Vocabulary.MAX_TOKENS + " are possible");
        }
        // By ids: merges whose texts a stranger chose to collide would make a set of them slow.
        Map<Long, Merge> checked = new LinkedHashMap<>();
        for (Merge merge : merges) {
            for (String part : List.of(merge.left(), merge.right(), merge.left() + merge.right())) {
                if (vocabulary.id(part) == null) {
                    throw Refusal.broken(
                            "merge " + InvalidCheckpointException.quote(merge.left()) + " "
                                    + InvalidCheckpointException.quote(merge.right()) + " needs token "
                                    + InvalidCheckpointException.quote(part),
                            "the vocabulary does not have it");
                }
            }
            long pair = (long) vocabulary.id(merge.left()) << Integer.SIZE | vocabulary.id(merge.right());
            checked.remove(pair);
            checked.put(pair, merge);
        }
        return List.copyOf(checked.values());
    }

    @Override
    public ByteLevelBpe with(List<AddedToken> tokens) throws InvalidCheckpointException {
        for (AddedToken token : tokens) {
            boolean isNew = vocabulary.id(token.content()) == null;
            if (isNew && (ignoreMerges || token.content().length() == 1)) {
                throw Refusal.broken(
                        "the vocabulary has gaps in its ids and lacks added token "
                                + InvalidCheckpointException.quote(token.content()),
                        "words might become that token");
            }
        }
        return new ByteLevelBpe(vocabulary.with(tokens), merges, ignoreMerges);
    }

    @Override
    public void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField(PartField.TYPE, TYPE);
        json.writeNullField(DROPOUT);
        json.writeNullField(UNK_TOKEN);
        json.writeNullField(CONTINUING_SUBWORD_PREFIX);
        json.writeNullField(END_OF_WORD_SUFFIX);
        json.writeBooleanField(FUSE_UNK, false);
        json.writeBooleanField(BYTE_FALLBACK, false);
        json.writeBooleanField(IGNORE_MERGES, ignoreMerges);
        json.writeFieldName(VOCAB);
        vocabulary.write(json);
        json.writeArrayFieldStart(MERGES);
        for (Merge merge : merges) {
            merge.write(json);
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
