package io.promptmill.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import io.promptmill.jobs.store.SmallS3.Fault;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is made of each single failure of a put or a read; whole runs among many of them: {@link S3StoreIT}. */
class S3ObjectsTest {
    private static final String URI = "/bucket/out/a";
    private static final byte[] OURS = utf8("ours");
    private static final byte[] OTHERS = utf8("theirs");

    private SmallS3 store;
    private OutputFiles files;

    @BeforeEach
    void start() throws IOException {
        store = new SmallS3();
        Configuration hadoop = new Configuration();
        hadoop.set("fs.s3a.impl.disable.cache", "true");
        hadoop.set("fs.s3a.endpoint", store.url());
        hadoop.set("fs.s3a.path.style.access", "true");
        hadoop.set("fs.s3a.access.key", "key");
        hadoop.set("fs.s3a.secret.key", "secret");
        hadoop.set("fs.s3a.attempts.maximum", "5");
        files = new OutputFiles("s3a://bucket/out", hadoop);
    }

    @AfterEach
    void stop() {
        store.close();
    }

    @Test
    void aPutWhoseAnswerTellsItsDigestTakesOneRequest() throws Exception {
        assertThat(put()).isTrue();
        assertThat(store.methods()).containsExactly("PUT");
    }

    @ParameterizedTest
    @CsvSource({
        // what becomes of the requests; what is asked in all
        "ANSWER_LOST,                     PUT GET",
        "ANSWER_LOST SLOW_DOWN,           PUT GET PUT GET",
        "DROPPED,                         PUT GET PUT",
        "DROPPED SLOW_DOWN ANSWER_LOST,   PUT GET PUT GET",
        "SLOW_DOWN,                       PUT GET PUT",
        "FORBIDDEN,                       PUT GET PUT",
        "GARBLED,                         PUT GET DELETE PUT",
        "GARBLED NONE SLOW_DOWN,          PUT GET DELETE PUT GET DELETE PUT"
    })
    void aPutThatFailsIsSettledByLookingAtWhatIsThere(String faults, String asked) throws Exception {
        store.fail(faults(faults));
        assertThat(put()).isTrue();
        assertThat(store.methods()).isEqualTo(List.of(asked.split(" ", -1)));
        assertThat(store.body(URI)).isEqualTo(OURS);
    }

    @Test
    void aBodyThatWasGarbledAndWhoseAnswerWasLostIsKnownByItsMarkAndPutAgain() throws Exception {
        store.makeTagsOpaque();
        store.fail(faults("GARBLED SLOW_DOWN"));
        assertThat(put()).isTrue();
        // the second put finds the first one's name taken
        assertThat(store.methods()).containsExactly("PUT", "GET", "PUT", "GET", "DELETE", "PUT", "GET");
        assertThat(store.body(URI)).isEqualTo(OURS);
    }

    @Test
    void whereTagsAreNoDigestsWhatArrivedIsReadBack() throws Exception {
        store.makeTagsOpaque();
        assertThat(put()).isTrue();
        assertThat(store.methods()).containsExactly("PUT", "GET");
    }

    @ParameterizedTest
    @CsvSource({"NONE", "DROPPED", "ANSWER_LOST", "SLOW_DOWN SLOW_DOWN"})
    void aNameThatOthersHaveTakenStaysTheirs(String faults) throws Exception {
        store.put(URI, OTHERS, new Headers());
        store.fail(faults(faults));
        assertThat(put()).isFalse();
        assertThat(store.body(URI)).isEqualTo(OTHERS);
        assertThat(store.methods()).doesNotContain("DELETE");
    }

    @Test
    void whatTheStoreForbidsIsAskedFourTimesAndTold() {
        store.fail(faults("FORBIDDEN NONE FORBIDDEN NONE FORBIDDEN NONE FORBIDDEN NONE"));
        assertThatThrownBy(this::put)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Cannot put s3a://bucket/out/a: ")
                .hasMessageContaining("Status Code: 403")
                .hasMessageEndingWith(" (4 attempts)")
                .hasNoCause(); // whose message would be told instead
        assertThat(store.body(URI)).isNull();
    }

    @Test
    void aStoreThatFailsAlwaysIsAskedAsOftenAsS3AWould() {
        store.fail(faults("SLOW_DOWN ".repeat(20)));
        assertThatThrownBy(this::put).hasMessageContaining("503").hasMessageEndingWith(" (5 attempts)");
        assertThatThrownBy(() -> files.read("a")).hasMessageStartingWith("Cannot read s3a://bucket/out/a: ");
    }

    @ParameterizedTest
    @EnumSource(names = {"DROPPED", "ANSWER_LOST", "SLOW_DOWN", "FORBIDDEN"})
    void aReadThatFailsIsTriedAgain(Fault fault) throws Exception {
        put();
        store.fail(List.of(Optional.of(fault)));
        assertThat(files.read("a")).isEqualTo(OURS);
        assertThat(store.methods()).containsExactly("PUT", "GET", "GET");
    }

    @Test
    void bytesThatAreNotThoseThatWerePutAreNeverTakenForThem() throws Exception {
        put();
        store.makeTagsOpaque();
        store.put(URI, OTHERS, store.latest().headers());
        assertThatThrownBy(() -> files.read("a"))
                .hasMessage("Cannot read s3a://bucket/out/a: its bytes are not those that were put (5 attempts)");
    }

    @Test
    void objectsThatOthersHavePutAreReadAsTheyAreAndMissingOnesAreMissing() throws Exception {
        store.put(URI, OTHERS, new Headers());
        assertThat(files.read("a")).isEqualTo(OTHERS);
        assertThatThrownBy(() -> files.read("b")).isInstanceOf(FileNotFoundException.class);
    }

    private boolean put() throws IOException {
        try (PendingFile file = files.begin("a", "attempt")) {
            file.stream().write(OURS);
            return file.publish();
        }
    }

    private static List<Optional<Fault>> faults(String names) {
        return Stream.of(names.strip().split(" ", -1))
                .map(name -> Arrays.stream(Fault.values())
                        .filter(fault -> fault.name().equals(name))
                        .findAny())
                .toList();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
