package io.promptmill.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class JsonObjectTest {
    private final JsonObject object =
            parsed("{\"n\":3,\"x\":0.5,\"big\":4294967296,\"t\":\"a\",\"f\":true,\"none\":null,"
                    + "\"o\":{\"n\":\"3\"},\"l\":[{\"n\":1},{\"n\":2}],\"mixed\":[{},1]}");

    @Test
    void fieldsAreReadByTheirTypes() throws Exception {
        assertThat(object.integer("n")).isEqualTo(3);
        assertThat(object.number("x", 1)).isEqualTo(0.5);
        assertThat(object.text("t")).isEqualTo("a");
        assertThat(object.flag("f", false)).isTrue();
        assertThat(object.objects("l").get(1).integer("n")).isEqualTo(2);
    }

    @Test
    void aFieldThatIsMissingOrNullIsTheOtherValue() throws Exception {
        for (String absent : new String[] {"none", "missing"}) {
            assertThat(object.isAbsent(absent)).isTrue();
            assertThat(object.number(absent, 0.25)).isEqualTo(0.25);
            assertThat(object.text(absent, "b")).isEqualTo("b");
            assertThat(object.flag(absent, true)).isTrue();
        }
        assertThat(object.has("none")).isTrue();
        assertThat(object.has("missing")).isFalse();
    }

    @Test
    void aFieldOfAnotherTypeIsRefusedWithItsPlaceAndWhatItHasToBe() {
        assertRefused(() -> object.integer("x"), "file.json: x must be a whole number of 32 bits but is '0.5'");
        assertRefused(() -> object.integer("big"), "big must be a whole number of 32 bits but is '4294967296'");
        assertRefused(() -> object.text("missing"), "file.json: missing must be a text but is 'missing'");
        assertRefused(() -> object.number("t", 0), "file.json: t must be a number but is '\"a\"'");
        assertRefused(() -> object.flag("n", false), "file.json: n must be true or false but is '3'");
        assertRefused(() -> object.object("l"), "file.json: l must be an object but is");
        assertRefused(() -> object.objects("mixed"), "file.json: mixed must be a list of objects but is '[{},1]'");
        assertRefused(() -> object.object("o").integer("n"), "file.json: o: n must be a whole number of 32 bits");
        assertRefused(() -> object.objects("l").get(0).text("n"), "file.json: l[0]: n must be a text but is '1'");
    }

    private static void assertRefused(ThrowingCallable reading, String message) {
        assertThatThrownBy(reading)
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(message);
    }

    private static JsonObject parsed(String json) {
        try {
            return JsonObject.parse(json, "file.json", CheckpointFiles.KIND);
        } catch (InvalidCheckpointException e) {
            throw new AssertionError(e);
        }
    }
}
