package io.promptmill.tokenizer.folder;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.promptmill.files.FileKind;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.tokenizer.parts.Refusal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;

/** The files of tokenizers, as they are read and refused. Immutable. */
public final class TokenizerFiles implements FileKind {
    /** The only one. */
    public static final FileKind KIND = new TokenizerFiles();

    /** The largest published byte-level vocabularies make files of about 20 MiB. */
    private static final int MAX_BYTES = 32 << 20;

    /** They have about 1.3 million: two for each entry of the vocabulary and four for each merge. */
    private static final int MAX_TOKENS = 4_000_000;

    private TokenizerFiles() {}

    @Override
    public int maxBytes() {
        return MAX_BYTES;
    }

    @Override
    public int maxTokens() {
        return MAX_TOKENS;
    }

    @Override
    public String shown(Path file) {
        return file.toString();
    }

    @Override
    public InvalidCheckpointException missing(String file) {
        return Refusal.broken(file + " is not a file", "its content cannot be read");
    }

    @Override
    public InvalidCheckpointException tooLarge(String file, long bytes) {
        return Refusal.broken(
                file + " is larger than " + (MAX_BYTES >> 20) + " MiB", "no tokenizer file has that size");
    }

    @Override
    public InvalidCheckpointException notUtf8(String file, CharacterCodingException cause) {
        return Refusal.broken(file + " is no UTF-8 text", "its tokens are not clear", cause);
    }

    @Override
    public InvalidCheckpointException notJson(String file, JsonProcessingException cause) {
        return Refusal.broken(
                file + " cannot be read as JSON",
                InvalidCheckpointException.oneLine(cause.getOriginalMessage()),
                cause);
    }

    @Override
    public InvalidCheckpointException notAnObject(String file) {
        return Refusal.broken(file + " holds no JSON object", "its content cannot be understood");
    }

    @Override
    public InvalidCheckpointException mismatch(String object, String field, String value, String expected) {
        String said = object + ": " + InvalidCheckpointException.oneLine(field) + " is "
                + InvalidCheckpointException.oneLine(value);
        return Refusal.broken(said, expected + " is needed");
    }

    @Override
    public InvalidCheckpointException unsupported(String what, String why) {
        return unsupported(what, why, Refusal.OTHER_TOKENIZER);
    }

    @Override
    public InvalidCheckpointException unsupported(String what, String why, String remedy) {
        return Refusal.unsupported(what, why, remedy);
    }
}
