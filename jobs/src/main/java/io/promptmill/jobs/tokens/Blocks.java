package io.promptmill.jobs.tokens;

import io.promptmill.TokenIds;
import io.promptmill.training.TokenBlocks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** Blocks of token ids in the memory of a task, 4 bytes a token. Immutable. */
public final class Blocks {
    private final List<TokenIds> blocks;

    private Blocks(List<TokenIds> blocks) {
        this.blocks = List.copyOf(blocks);
    }

    /** What becomes of the tokens after the last whole block. */
    public enum Rest {
        /** They are left out: in training every block has the same length. */
        DROPPED,
        /** They are a shorter block, if there are two of them at least. */
        KEPT
    }

    /** Rows as they are, a block each. */
    public static Blocks of(Iterator<TokenRow> rows) {
        List<TokenIds> blocks = new ArrayList<>();
        rows.forEachRemaining(row -> blocks.add(row.ids()));
        return new Blocks(blocks);
    }

    /**
     * One text of all rows, cut into blocks: the separator stands before the first row, between rows, and after the last.
     *
     * @param size tokens of a block
     */
    public static Blocks cut(Iterator<TokenRow> rows, int separator, int size, Rest rest) {
        Cutter cutter = new Cutter(size);
        cutter.add(separator);
        while (rows.hasNext()) {
            TokenRow row = rows.next();
            if (row.fault() == null) {
                row.ids().stream().forEach(cutter::add);
                cutter.add(separator);
            }
        }
        return new Blocks(cutter.blocks(rest));
    }

    public int count() {
        return blocks.size();
    }

    /** Tokens of a block. */
    public int length(int block) {
        return blocks.get(block).size();
    }

    /** Blocks of one length as a batch. */
    public TokenBlocks batch(int... numbers) {
        return new TokenBlocks(Arrays.stream(numbers).mapToObj(blocks::get).toList());
    }

    private static final class Cutter {
        private final List<TokenIds> blocks = new ArrayList<>();
        private final int[] block;
        private int filled;

        Cutter(int size) {
            block = new int[size];
        }

        void add(int id) {
            block[filled++] = id;
            if (filled == block.length) {
                blocks.add(TokenIds.of(block));
                filled = 0;
            }
        }

        List<TokenIds> blocks(Rest rest) {
            if (rest == Rest.KEPT && filled > 1) {
                blocks.add(TokenIds.of(Arrays.copyOf(block, filled)));
            }
            return blocks;
        }
    }
}
