package io.promptmill.training;

import io.promptmill.TokenIds;
import java.util.List;

/**
 * A batch of blocks: rows of equally many tokens, each of which is predicted from those before it in its row. Immutable.
 *
 * @param blocks {@code [rows, length]}, at least one row of at least two tokens
 */
public record TokenBlocks(List<TokenIds> blocks) {
    /** Checks sizes and that no id is negative. */
    public TokenBlocks {
        blocks = List.copyOf(blocks);
        if (blocks.isEmpty() || blocks.get(0).size() < 2) {
            throw new IllegalArgumentException("a batch has at least one block, and a block at least two tokens");
        }
        int length = blocks.get(0).size();
        for (TokenIds block : blocks) {
            if (block.size() != length) {
                throw new IllegalArgumentException(
                        "the blocks of a batch have one length, but here are " + length + " and " + block.size());
            }
            if (block.stream().anyMatch(id -> id < 0)) {
                throw new IllegalArgumentException("token ids are at least 0");
            }
        }
    }

    /** The blocks of these ids. */
    public static TokenBlocks of(TokenIds... blocks) {
        return new TokenBlocks(List.of(blocks));
    }

    /** How many blocks. */
    public int rows() {
        return blocks.size();
    }

    /** Tokens of each. */
    public int length() {
        return blocks.get(0).size();
    }

    /** The highest token id. */
    public int highestId() {
        return blocks.stream().flatMapToInt(TokenIds::stream).max().orElseThrow();
    }

    /** All ids, row by row. */
    long[] ids() {
        return blocks.stream().flatMapToInt(TokenIds::stream).asLongStream().toArray();
    }
}
