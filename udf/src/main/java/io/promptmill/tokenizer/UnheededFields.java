package io.promptmill.tokenizer;

import io.promptmill.files.JsonObject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Fields of a {@code tokenizer.json} that change nothing, because transformers does not heed them. Single-threaded. */
final class UnheededFields {
    private static final int MAX_WARNINGS = 5;

    private final Set<String> first = new LinkedHashSet<>();
    private int others;

    /** Notes the fields that the tokenizers library does not know, and so passes over. */
    void addUnknown(JsonObject object, Set<String> known) {
        for (Iterator<String> names = object.names(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                add(object, name, ", a field that the tokenizers library does not know and passes over");
            }
        }
    }

    /**
     * Notes a field for which {@code GPT2Tokenizer} has a value of its own.
     *
     * @param taken that value
     */
    void addReplaced(JsonObject object, String field, String taken) {
        add(
                object,
                field,
                ", but " + taken + " is taken, as transformers does for GPT2Tokenizer; if tokenizer.json is right, "
                        + Refusal.TOKENIZE_ELSEWHERE);
    }

    private void add(JsonObject object, String field, String rest) {
        if (first.size() < MAX_WARNINGS) {
            first.add(object.said(field) + rest);
        } else {
            others++;
        }
    }

    /** A sentence for each of the first of them, and one that counts the others. */
    List<String> warnings() {
        List<String> sentences = new ArrayList<>(first);
        if (others > 0) {
            sentences.add("and " + others + " more fields of tokenizer.json are not heeded");
        }
        return sentences;
    }
}
