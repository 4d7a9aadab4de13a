package io.promptmill.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;

/** What files of one kind are held to: how much one may hold, and the words by which it is refused. Immutable. */
public interface FileKind {
    /** Most bytes of a file. */
    int maxBytes();

    /** Most JSON tokens of a file, as {@link StrictJson#tree} counts them. */
    int maxTokens();

    /** What refusals call a file. */
    String shown(Path file);

    /** The refusal where no file is, but nothing, a folder or a pipe. */
    InvalidCheckpointException missing(String file);

    /** The refusal of a file of more than {@link #maxBytes()}. */
    InvalidCheckpointException tooLarge(String file, long bytes);

    /** The refusal of a file whose text is not UTF-8. */
    InvalidCheckpointException notUtf8(String file, CharacterCodingException cause);

    /** The refusal of a file that breaks the rules of JSON, or those of {@link StrictJson}. */
    InvalidCheckpointException notJson(String file, JsonProcessingException cause);

    /** The refusal of a file whose JSON is a list or a single value. */
    InvalidCheckpointException notAnObject(String file);

    /**
     * The refusal of a field that is not what it has to be.
     *
     * @param object where the field's object is: the file and the fields that lead to it
     * @param value the field's JSON, of any length, or {@code missing}
     * @param expected what it has to be, such as {@code "a text"}
     */
    InvalidCheckpointException mismatch(String object, String field, String value, String expected);

    /** The refusal of something sound that is not supported, where the remedy is the one of all such. */
    InvalidCheckpointException unsupported(String what, String why);

    /** The refusal of something sound that is not supported. */
    InvalidCheckpointException unsupported(String what, String why, String remedy);
}
