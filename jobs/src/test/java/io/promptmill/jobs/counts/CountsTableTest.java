package io.promptmill.jobs.counts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CountsTableTest {
    @Test
    void theTableIsThatOfTheOriginalCards() {
        List<UserCounts> users = List.of(
                new UserCounts("a", "Ann Lee", 3200, 1200, 300, 0, 0, 0, 0, 1700, 0),
                new UserCounts("b", null, 12, 0, 2, 0, 0, 0, 0, 10, 0));
        assertThat(CountsTable.of(users).markdown())
                .isEqualTo(
                        """
                        | Data | Ann Lee | b |
                        | --- | ---: | ---: |
                        | Tweets downloaded | 3,200 | 12 |
                        | Retweets | 1,200 | 0 |
                        | Short tweets | 300 | 2 |
                        | Tweets kept | 1,700 | 10 |
                        """);
    }

    @Test
    void furtherRowsAreThereOnlyWhereSomethingWasCounted() {
        List<UserCounts> users = List.of(
                new UserCounts("a", null, 10, 1, 1, 1, 0, 0, 2, 5, 1),
                new UserCounts("b", " ", 3, 0, 0, 0, 1, 0, 0, 2, 0));
        assertThat(CountsTable.of(users).markdown())
                .isEqualTo(
                        """
                        | Data | a | b |
                        | --- | ---: | ---: |
                        | Tweets downloaded | 10 | 3 |
                        | Retweets | 1 | 0 |
                        | Short tweets | 1 | 0 |
                        | Duplicates | 1 | 0 |
                        | Other languages | 0 | 1 |
                        | Unreadable | 2 | 0 |
                        | Tweets kept | 5 | 2 |
                        | Held out of these | 1 | 0 |
                        """);
    }

    @Test
    void postsOfNobodyAndOfUsersOfWhomNothingIsKeptAreCountedWithoutTheirNames() {
        List<UserCounts> users = List.of(
                new UserCounts("out", "Out O'There", 4, 0, 0, 0, 0, 4, 0, 0, 0),
                new UserCounts("a", null, 2, 0, 0, 0, 0, 0, 0, 2, 0),
                new UserCounts("curt", null, 3, 0, 3, 0, 0, 0, 0, 0, 0),
                new UserCounts(null, null, 1, 0, 0, 0, 0, 0, 1, 0, 0));
        assertThat(CountsTable.of(users).markdown())
                .isEqualTo(
                        """
                        | Data | a | (nothing kept) | (no user) |
                        | --- | ---: | ---: | ---: |
                        | Tweets downloaded | 2 | 7 | 1 |
                        | Retweets | 0 | 0 | 0 |
                        | Short tweets | 0 | 3 | 0 |
                        | Opted out | 0 | 4 | 0 |
                        | Unreadable | 0 | 0 | 1 |
                        | Tweets kept | 2 | 0 | 0 |
                        """);
    }

    @Test
    void countsThatDoNotAddUpAreRefused() {
        assertThatThrownBy(() -> new UserCounts("a", null, 10, 1, 1, 0, 0, 0, 0, 7, 0))
                .hasMessage("10 posts are not the sum of what became of them");
        assertThatThrownBy(() -> new UserCounts("a", null, 1, -1, 2, 0, 0, 0, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UserCounts("a", null, 1, 0, 0, 0, 0, 0, 0, 1, 2))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
