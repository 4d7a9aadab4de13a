package io.promptmill.model;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Which rows a step reads in each block of the cache: runs of rows side by side, since a product is computed over memory
 * without gaps. Rows that do not reach a block are left out, but for gaps that cost less than a product of their own.
 */
final class BlockRuns {
    /** Rows that may be read in vain between two runs of one block: on a CPU they cost about as much as another product. */
    static final int GAP = 1;

    private BlockRuns() {}

    /**
     * The runs of all blocks, in order of block and row.
     *
     * @param blocksOfRow how many blocks each row looks at
     * @param gap rows that may be read in vain between two runs
     * @return {@code [3 * runs]}: block, first row and number of rows of each
     */
    static long[] of(long[] blocksOfRow, int gap) {
        long blocks = Arrays.stream(blocksOfRow).max().orElse(0);
        return LongStream.range(0, blocks)
                .flatMap(block -> runs(block, blocksOfRow, gap))
                .toArray();
    }

    private static LongStream runs(long block, long[] blocksOfRow, int gap) {
        LongStream.Builder runs = LongStream.builder();
        int first = 0;
        int end = 0; // of the run from first on; 0 before there is one
        for (int row = 0; row < blocksOfRow.length; row++) {
            if (blocksOfRow[row] > block) {
                if (end == 0) {
                    first = row;
                } else if (row - end > gap) {
                    runs.add(block).add(first).add(end - first);
                    first = row;
                }
                end = row + 1;
            }
        }
        return runs.add(block).add(first).add(end - first).build();
    }
}
