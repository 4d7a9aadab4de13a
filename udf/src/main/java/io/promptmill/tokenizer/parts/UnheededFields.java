package io.promptmill.tokenizer.parts;

import io.promptmill.files.JsonObject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a {@code tokenizer.json} says and transformers does not heed for the folder's class, with a sentence for the user
 * about each. Single-threaded.
 */
final class UnheededFields {
    private static final int MAX_WARNINGS = 5;

    private final TokenizerClass use;
    private final List<String> otherFlags = new ArrayList<>();
    private final Set<String> first = new LinkedHashSet<>();
    private int others;

    UnheededFields(TokenizerClass use) {
        this.use = use;
    }

    /** Whether the class takes each field that the tokenizers library knows. */
    boolean heedsAll() {
        return use != TokenizerClass.GPT2;
    }

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
     * Whether the class has something of its own instead of what a field says; if so it is noted.
     *
     * @param taken what the class has
     */
    boolean isReplaced(JsonObject object, String field, String taken) {
        if (heedsAll()) {
            return false;
        }
        add(
                object,
                field,
                ", but " + taken + " is taken, as transformers does for GPT2Tokenizer; if tokenizer.json is right, "
                        + Refusal.TOKENIZE_ELSEWHERE);
        return true;
    }

    /**
     * The value of a flag that counts; a difference is noted.
     *
     * @param written what the field says
     * @param gpt2 what GPT-2's class has instead
     */
    boolean taken(String field, boolean written, boolean gpt2) {
        if (heedsAll() || written == gpt2) {
            return written;
        }
        otherFlags.add("tokenizer.json: " + field + " is " + written + ", but " + gpt2 + " is taken, as transformers"
                + " does for GPT2Tokenizer; if tokenizer.json is right, set tokenizer_class to"
                + " PreTrainedTokenizerFast in tokenizer_config.json");
        return gpt2;
    }

    private void add(JsonObject object, String field, String rest) {
        if (first.size() < MAX_WARNINGS) {
            first.add(object.said(field) + rest);
        } else {
            others++;
        }
    }

    /** A sentence for each flag with another value and each of the first other fields, and one that counts the rest. */
    List<String> warnings() {
        List<String> sentences = new ArrayList<>(otherFlags);
        sentences.addAll(first);
        if (others > 0) {
            sentences.add("and " + others + " more fields of tokenizer.json are not heeded");
        }
        return sentences;
    }
}
