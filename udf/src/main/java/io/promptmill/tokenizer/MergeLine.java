package io.promptmill.tokenizer;

import io.promptmill.checkpoint.InvalidCheckpointException;

/** A merge as older files write it: the two tokens with a space between. */
final class MergeLine {
    private MergeLine() {}

    static ByteLevelBpe.Merge parse(String line) throws InvalidCheckpointException {
        int space = line.indexOf(' ');
        if (space <= 0 || space == line.length() - 1 || line.indexOf(' ', space + 1) >= 0) {
            throw Refusal.broken(
                    "merge " + InvalidCheckpointException.quote(line) + " is not two tokens with a space between",
                    "its parts are unclear");
        }
        return new ByteLevelBpe.Merge(line.substring(0, space), line.substring(space + 1));
    }
}
