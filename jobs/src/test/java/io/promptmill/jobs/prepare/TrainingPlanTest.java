package io.promptmill.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.prepare.TrainingPlan.Share;
import io.promptmill.jobs.prepare.Users.User;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.junit.jupiter.api.Test;

class TrainingPlanTest {
    private static final List<User> USERS =
            List.of(user("long", 100, 0), user("short", 40, 0), user("even", 50, 7), user("none", 0, 0));

    @Test
    void shorterUsersAreRepeatedUpToTheLongest() {
        TrainingPlan plan = TrainingPlan.training(USERS, 4, 100);
        assertThat(plan.users())
                .containsEntry("long", new Share(0, 1, 0, 100, 0))
                .containsEntry("short", new Share(1, 2, 20, 100, 100))
                .containsEntry("even", new Share(2, 2, 0, 100, 200))
                .containsEntry("none", new Share(3, 0, 0, 0, 300));
        assertThat(plan.charactersOfPass()).isEqualTo(300);
        assertThat(plan.hasRests()).isTrue();
    }

    @Test
    void withoutBalancingEachPostIsThereOnce() {
        TrainingPlan plan = TrainingPlan.training(USERS, 1, 0);
        assertThat(plan.users())
                .containsEntry("long", new Share(0, 1, 0, 100, 0))
                .containsEntry("short", new Share(1, 1, 0, 40, 100));
        assertThat(plan.hasRests()).isFalse();
        assertThat(TrainingPlan.heldOut(USERS).users()).containsEntry("even", new Share(2, 1, 0, 7, 0));
    }

    @Test
    void filesFollowOneAnotherAsThePostsDo() {
        long characters = 3 * TrainingPlan.PART_CHARACTERS;
        TrainingPlan plan = TrainingPlan.training(List.of(user("a", characters, 0), user("b", 1, 0)), 2, characters);
        Share a = plan.users().get("a");
        Share b = plan.users().get("b");
        long middle = 1L << 62;
        assertThat(plan.part(0, a, 0)).isZero();
        assertThat(plan.part(0, a, middle)).isEqualTo(1);
        assertThat(plan.part(0, a, Long.MAX_VALUE)).isEqualTo(3);
        assertThat(plan.part(0, b, 0)).isEqualTo(3);
        assertThat(plan.part(1, a, 0)).isEqualTo(6);
        assertThat(plan.part(1, b, middle)).isEqualTo(10);
        assertThat(plan.part(1, b, Long.MAX_VALUE)).isLessThan(plan.parts());
    }

    /** A user with posts of so many characters. */
    private static User user(String handle, long trained, long heldOut) {
        UserTally tally = new UserTally();
        add(tally, trained, false);
        add(tally, heldOut, true);
        return new User(handle, tally);
    }

    private static void add(UserTally tally, long characters, boolean heldOut) {
        for (long left = characters; left > 0; left -= Math.min(left, 1 << 20)) {
            Row post = new GenericRowWithSchema(
                    new Object[] {
                        "f", 0L, "u", null, null, "x".repeat((int) Math.min(left, 1 << 20)), "kept", null, null, heldOut
                    },
                    PostColumns.POST);
            tally.add(post, Reason.KEPT, new Place("f", 0));
        }
    }
}
