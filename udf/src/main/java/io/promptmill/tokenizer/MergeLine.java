package io.promptmill.tokenizer;

import io.promptmill.files.InvalidCheckpointException;
import java.util.Optional;

/** A merge as older files write it: the two tokens with a space between. */
final class MergeLine {
    /** Begins a line that is none. Others may begin with #, it is a token like any other. */
    private static final String VERSION = "#version";

    private MergeLine() {}

    /** The merge, or empty for the line that says the version. */
    static Optional<ByteLevelBpe.Merge> parse(String line) throws InvalidCheckpointException {
        if (line.startsWith(VERSION)) {
            return Optional.empty();
        }
        int space = line.indexOf(' ');
        if (space <= 0 || space == line.length() - 1 || line.indexOf(' ', space + 1) >= 0) {
            throw Refusal.broken(
                    "merge " + InvalidCheckpointException.quote(line) + " is not two tokens with a space between",
                    "its parts are unclear");
        }
        return Optional.of(new ByteLevelBpe.Merge(line.substring(0, space), line.substring(space + 1)));
    }
}
