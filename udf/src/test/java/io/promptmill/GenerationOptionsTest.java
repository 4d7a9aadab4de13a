package io.promptmill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GenerationOptionsTest {
    @Test
    void addingASettingLeavesTheSourceAsItWas() {
        GenerationOptions one = GenerationOptions.none().with(GenerationOption.TOP_K, 5);
        GenerationOptions two = one.with(GenerationOption.NUM_BEAMS, 7);

        assertThat(GenerationOptions.none().values()).isEmpty();
        assertThat(one.values()).containsOnlyKeys(GenerationOption.TOP_K);
        assertThat(two.values()).containsOnlyKeys(GenerationOption.TOP_K, GenerationOption.NUM_BEAMS);
    }

    @Test
    void theLastValueOfASettingStays() {
        GenerationOptions options =
                GenerationOptions.none().with(GenerationOption.TOP_K, 5).with(GenerationOption.TOP_K, 6);

        assertThat(options.values()).containsEntry(GenerationOption.TOP_K, 6);
    }

    @Test
    void valuesAreInTheOrderOfTheTableAndNotToBeChanged() {
        GenerationOptions options = GenerationOptions.none()
                .with(GenerationOption.STOP, "x")
                .with(GenerationOption.TOP_P, 0.5)
                .with(GenerationOption.MAX_LENGTH, 9);

        assertThat(options.values().keySet())
                .containsExactly(GenerationOption.MAX_LENGTH, GenerationOption.TOP_P, GenerationOption.STOP);
        assertThatThrownBy(() -> options.values().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aListGivenIsCopied() {
        List<String> stop = new ArrayList<>(List.of("x"));
        GenerationOptions options = GenerationOptions.none().with(GenerationOption.STOP, stop);
        stop.add("y");

        assertThat(options.values()).containsEntry(GenerationOption.STOP, List.of("x"));
    }

    @Test
    void equalSettingsAreEqualWhateverTheirFormWas() {
        GenerationOptions number = GenerationOptions.none().with(GenerationOption.TOP_P, 0.5);
        GenerationOptions text = GenerationOptions.none().with(GenerationOption.TOP_P, "0.50");

        assertThat(text).isEqualTo(number).hasSameHashCodeAs(number).hasToString("{TOP_P=0.5}");
    }

    @Test
    void settingsTravelByJavaSerialization() throws Exception {
        GenerationOptions options = GenerationOptions.none()
                .with(GenerationOption.STOP, List.of("x"))
                .with(GenerationOption.BAD_WORDS_IDS, List.of(List.of(5), List.of(7, 9)))
                .with(GenerationOption.EARLY_STOPPING, "never");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(options);
        }
        Object copy = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();

        assertThat(copy).isEqualTo(options);
    }
}
