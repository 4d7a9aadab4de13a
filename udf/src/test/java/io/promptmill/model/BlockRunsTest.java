package io.promptmill.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlockRunsTest {
    @Test
    void rows_of_one_length_are_one_run_a_block() {
        assertThat(BlockRuns.of(new long[] {2, 2, 2}, 1)).containsExactly(0, 0, 3, 1, 0, 3);
    }

    @Test
    void rows_that_do_not_reach_a_block_are_left_out_of_it() {
        assertThat(BlockRuns.of(new long[] {1, 3, 1, 1, 2, 1}, 1)).containsExactly(0, 0, 6, 1, 1, 1, 1, 4, 1, 2, 1, 1);
    }

    @Test
    void a_gap_that_costs_less_than_a_run_is_read_in_vain() {
        assertThat(BlockRuns.of(new long[] {2, 1, 2, 1, 1, 2}, 1)).containsExactly(0, 0, 6, 1, 0, 3, 1, 5, 1);
        assertThat(BlockRuns.of(new long[] {2, 1, 2, 1, 1, 2}, 2)).containsExactly(0, 0, 6, 1, 0, 6);
    }

    @Test
    void no_rows_are_no_runs() {
        assertThat(BlockRuns.of(new long[0], 1)).isEmpty();
    }
}
