package io.promptmill.model;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which rows a step reads in each block of the cache: runs of rows side by side, since a product is computed over memory
 * without gaps. Rows that do not reach a block are left out, but for gaps that cost less than a product of their own.
 */
final class BlockRuns {
    /** Numbers a run consists of: block, first row, number of rows. */
    static final int NUMBERS = 3;

    /** Rows that may be read in vain between two runs of one block: on a CPU they cost about as much as another product. */
    static final int GAP = 1;

    private BlockRuns() {}

    /**
     * The runs of all blocks, in order of block and row.
     *
     * @param blocksOfRow how many blocks each row looks at
     * @param gap rows that may be read in vain between two runs
     * @return {@code [runs, 3]}
     */
    static int[] of(int[] blocksOfRow, int gap) {
        int most = Arrays.stream(blocksOfRow).max().orElse(0);
        return IntStream.range(0, most)
                .flatMap(block -> runs(block, blocksOfRow, gap))
                .toArray();
    }

    private static IntStream runs(int block, int[] blocksOfRow, int gap) {
        IntStream.Builder runs = IntStream.builder();
        int first = -1;
        int last = -1;
        for (int row = 0; row < blocksOfRow.length; row++) {
            if (blocksOfRow[row] > block) {
                if (first >= 0 && row - last > gap + 1) {
                    add(runs, block, first, last);
                    first = row;
                }
                first = first < 0 ? row : first;
                last = row;
            }
        }
        add(runs, block, first, last);
        return runs.build();
    }

    private static void add(IntStream.Builder runs, int block, int first, int last) {
        runs.add(block).add(first).add(last - first + 1);
    }
}
