package io.promptmill.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8StreamTest {
    @ParameterizedTest
    @CsvSource({
        "F09F98, ''",
        "F09F9841, '\uFFFDA'",
        "E08041, '\uFFFD\uFFFDA'",
        "EDA08041, '\uFFFD\uFFFD\uFFFDA'",
        "F4908080, '\uFFFD\uFFFD\uFFFD\uFFFD'",
        "C0AF, '\uFFFD\uFFFD'",
        "F5FF, '\uFFFD\uFFFD'",
        "8041, '\uFFFDA'",
        "E282E282AC, '\uFFFD€'",
        "EFBFBD, '\uFFFD'"
    })
    void eachLongestBeginningOfACharacterIsOneReplacementCharacter(String hex, String text) {
        Utf8Stream stream = new Utf8Stream();
        stream.append(HexFormat.of().parseHex(hex));

        assertThat(stream.text().toString()).isEqualTo(text);
    }

    @Test
    void everyCharacterOfUnicodeArrives() {
        Utf8Stream stream = new Utf8Stream();
        StringBuilder all = new StringBuilder();
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                all.appendCodePoint(codePoint);
            }
        }
        stream.append(all.toString().getBytes(StandardCharsets.UTF_8));

        assertThat(stream.text().compareTo(all)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void piecesGiveTheTextOfTheWhole(long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[2_000];
        random.nextBytes(bytes);
        Utf8Stream whole = new Utf8Stream();
        whole.append(bytes);
        Utf8Stream pieces = new Utf8Stream();
        for (byte b : bytes) {
            pieces.append(new byte[] {b});
        }

        assertThat(pieces.text().toString())
                .as("seed %d", seed)
                .isEqualTo(whole.text().toString());
    }
}
