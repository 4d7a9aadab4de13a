package io.promptmill.tokenizer.parts;

import io.promptmill.Problem;
import io.promptmill.files.InvalidCheckpointException;

/** The one way in which a checkpoint's tokenizer files are refused. */
public final class Refusal {
    /** A remedy for every tokenizer. */
    public static final String TOKENIZE_ELSEWHERE = "give prompt_token_ids that its own tokenizer made";

    /** A remedy where special tokens are put before every prompt. */
    public static final String GIVE_AS_PREFIX =
            "give these tokens as the prefix of all prompts (--prefix), or " + TOKENIZE_ELSEWHERE;

    /** A remedy where a tokenizer is of a kind that is not supported. */
    public static final String OTHER_TOKENIZER =
            TOKENIZE_ELSEWHERE + ", or use a checkpoint with GPT-2's kind of tokenizer (byte-level BPE)";

    /** Why special tokens around a text are refused. */
    public static final String ADDED_TO_PROMPTS = "special tokens would be added to every prompt";

    private static final String CODE = "invalid_tokenizer";
    private static final String EXPORT_AGAIN = "save the tokenizer again with save_pretrained() of transformers";

    private Refusal() {}

    /** A file that is broken or contradicts itself; the remedy is to write it again. */
    public static InvalidCheckpointException broken(String what, String why) {
        return unsupported(what, why, EXPORT_AGAIN);
    }

    /** As {@link #broken(String, String)}, found by another exception. */
    public static InvalidCheckpointException broken(String what, String why, Throwable cause) {
        return new InvalidCheckpointException(new Problem(CODE, what, why, EXPORT_AGAIN), cause);
    }

    /** A file that may be sound but cannot be used here. */
    public static InvalidCheckpointException unsupported(String what, String why, String remedy) {
        return new InvalidCheckpointException(new Problem(CODE, what, why, remedy));
    }
}
