package io.promptmill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

class TokenIdsTest {
    @Test
    void theArrayGivenAndTheArrayTakenAreCopies() {
        int[] array = {1, 2};
        TokenIds ids = TokenIds.of(array);
        array[0] = 9;
        ids.toArray()[1] = 9;

        assertThat(ids).isEqualTo(TokenIds.of(1, 2));
    }

    @Test
    void idsAreReadByPosition() {
        TokenIds ids = TokenIds.of(5, 6, 7);

        assertThat(ids.size()).isEqualTo(3);
        assertThat(ids.at(2)).isEqualTo(7);
        assertThat(ids.stream().sum()).isEqualTo(18);
        assertThatThrownBy(() -> ids.at(3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void sequencesAreJoinedAndSliced() {
        TokenIds ids = TokenIds.of(1, 2).concat(TokenIds.of(3));

        assertThat(ids).isEqualTo(TokenIds.of(1, 2, 3));
        assertThat(ids.slice(1, 3)).isEqualTo(TokenIds.of(2, 3));
        assertThat(ids.slice(3, 3).isEmpty()).isTrue();
        assertThat(TokenIds.of().concat(ids)).isEqualTo(ids);
    }

    @Test
    void aSliceBeyondTheEndIsRefusedNotPaddedWithZeros() {
        assertThatThrownBy(() -> TokenIds.of(1, 2).slice(1, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> TokenIds.of(1, 2).slice(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> TokenIds.of(1, 2).slice(2, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void equalIdsAreEqual() {
        assertThat(TokenIds.of(1, 2)).isEqualTo(TokenIds.of(1, 2)).hasSameHashCodeAs(TokenIds.of(1, 2));
        assertThat(TokenIds.of(1, 2)).isNotEqualTo(TokenIds.of(2, 1)).hasToString("[1, 2]");
    }

    @Test
    void idsTravelByJavaSerialization() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(TokenIds.of(1, 2));
        }
        Object copy = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();

        assertThat(copy).isEqualTo(TokenIds.of(1, 2));
    }
}
