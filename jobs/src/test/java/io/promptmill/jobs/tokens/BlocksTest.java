package io.promptmill.jobs.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.TokenIds;
import io.promptmill.jobs.tokens.Blocks.Rest;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlocksTest {
    private static final int SEPARATOR = 0;

    @Test
    void theTextBeginsAndEndsWithASeparatorAndHasOneBetweenRows() {
        List<TokenRow> rows = List.of(row(1, 2, 3), row(4, 5));
        assertThat(ids(Blocks.cut(rows.iterator(), SEPARATOR, 4, Rest.DROPPED)))
                .isDeepEqualTo(new int[][] {{0, 1, 2, 3}, {0, 4, 5, 0}});
        assertThat(new BlockForm(4, SEPARATOR).count(TokenTally.of(rows.iterator())))
                .isEqualTo(2);
    }

    @Test
    void whatFillsNoBlockIsDroppedInTrainingAndLookedAtWhenItIsHeldOut() {
        List<TokenRow> rows = List.of(row(1, 2, 3), row(4));
        assertThat(ids(Blocks.cut(rows.iterator(), SEPARATOR, 5, Rest.DROPPED)))
                .isDeepEqualTo(new int[][] {{0, 1, 2, 3, 0}});
        assertThat(ids(Blocks.cut(rows.iterator(), SEPARATOR, 5, Rest.KEPT)))
                .isDeepEqualTo(new int[][] {{0, 1, 2, 3, 0}, {4, 0}});
        assertThat(ids(Blocks.cut(rows.iterator(), SEPARATOR, 6, Rest.KEPT)))
                .as("one token predicts nothing")
                .isDeepEqualTo(new int[][] {{0, 1, 2, 3, 0, 4}});
    }

    @Test
    void rowsWithAFaultLeaveNoTrace() {
        List<TokenRow> rows = List.of(row(1), TokenRow.faulty("f#1", "the text is null"), row(2));
        assertThat(ids(Blocks.cut(rows.iterator(), SEPARATOR, 5, Rest.DROPPED)))
                .isDeepEqualTo(new int[][] {{0, 1, 0, 2, 0}});
        TokenTally tally = TokenTally.of(rows.iterator());
        assertThat(tally.rows()).isEqualTo(2);
        assertThat(tally.faulty()).isEqualTo(1);
        assertThat(tally.firstFault()).isEqualTo("f#1: the text is null");
        assertThat(tally.joinedTokens()).isEqualTo(5);
        assertThat(tally.digest())
                .isEqualTo(TokenTally.of(List.of(row(1), row(2)).iterator()).digest())
                .isNotEqualTo(TokenTally.of(List.of(row(1, 2)).iterator()).digest());
    }

    @Test
    void blocksThatAreGivenStayAsTheyAre() {
        List<TokenRow> rows = List.of(row(7, 8, 9), row(1, 2, 3));
        BlockForm form = new BlockForm(3, null);
        assertThat(ids(form.cut(rows.iterator(), Rest.DROPPED))).isDeepEqualTo(new int[][] {{7, 8, 9}, {1, 2, 3}});
        assertThat(form.count(TokenTally.of(rows.iterator()))).isEqualTo(2);
        assertThat(TokenTally.of(List.of(row(1, 2), row(3), row(4, 5)).iterator())
                        .ragged())
                .isEqualTo("place with 1");
    }

    private static TokenRow row(int... ids) {
        return TokenRow.of("place", TokenIds.of(ids));
    }

    private static int[][] ids(Blocks blocks) {
        return IntStream.range(0, blocks.count())
                .mapToObj(block -> blocks.batch(block).blocks().get(0).toArray())
                .toArray(int[][]::new);
    }
}
