package io.promptmill.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.tokenizer.CheckpointTokenizer;
import io.promptmill.tokenizer.TokenizerDefinition;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that others change while a checkpoint is in use: what is parsed, digested and computed is of one content, or the
 * checkpoint is refused.
 */
final class ChangedFilesTest {
    /** Of the golden model, as plans and pins of all versions have it. */
    private static final String DIGEST = "28fe1f4d5d8d279f294f72b155ff69e61315bb58fa56d464a83e4fbdf8679f2f";

    private static final String SHARDED_DIGEST = "0e502fa8acd38d8aded1b444ab6a1e7c23f177a2f04c7548640b567cb754dbd4";

    private static final List<String> TOKENIZER =
            List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json");

    private static final String TOKENIZER_JSON = "{\"added_tokens\":[],\"normalizer\":null,"
            + "\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"use_regex\":true},"
            + "\"post_processor\":null,\"decoder\":{\"type\":\"ByteLevel\"},"
            + "\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"ab\":2},\"merges\":[[\"a\",\"b\"]]}}";

    @TempDir
    private Path folder;

    /** What may happen to a file. */
    private enum Change {
        LAST_BIT_FLIPPED {
            @Override
            void of(Path file) throws Exception {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length - 1] ^= 1;
                overwrite(file, bytes);
            }
        },
        OVERWRITTEN_IN_PLACE {
            @Override
            void of(Path file) throws Exception {
                overwrite(file, new byte[(int) Files.size(file)]);
            }
        },
        CUT {
            @Override
            void of(Path file) throws Exception {
                resize(file, Files.size(file) - 1);
            }
        },
        EMPTIED {
            @Override
            void of(Path file) throws Exception {
                resize(file, 0);
            }
        },
        GROWN {
            @Override
            void of(Path file) throws Exception {
                resize(file, Files.size(file) + 1);
            }
        },
        REPLACED {
            @Override
            void of(Path file) throws Exception {
                Path other = Files.write(file.resolveSibling("other"), new byte[(int) Files.size(file)]);
                Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
            }
        },
        DELETED {
            @Override
            void of(Path file) throws Exception {
                Files.delete(file);
            }
        };

        abstract void of(Path file) throws Exception;
    }

    /** A file of the golden model in some container. */
    private record Member(String container, String file) {}

    static Stream<Member> settings() {
        return Stream.of(
                new Member("", "config.json"),
                new Member("", "generation_config.json"),
                new Member("sharded", "model.safetensors.index.json"));
    }

    static Stream<Member> weights() {
        return Stream.of(
                new Member("", "model.safetensors"),
                new Member("sharded", "model-00001-of-00002.safetensors"),
                new Member("sharded", "model-00002-of-00002.safetensors"),
                new Member("bin-zip", "pytorch_model.bin"),
                new Member("bin-legacy", "pytorch_model.bin"));
    }

    static Stream<Member> allFiles() {
        return Stream.concat(settings(), weights());
    }

    @ParameterizedTest
    @MethodSource("weights")
    void weightsThatChangeAfterTheyWereDigestedAreRefused(Member member) throws Exception {
        for (Change change : Change.values()) {
            Path copy = copy(member.container, change);
            try (Checkpoint checkpoint = Checkpoint.open(copy)) {
                checkpoint.digest();
                change.of(copy.resolve(member.file));
                assertRefused(() -> values(checkpoint), member.file, change);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("allFiles")
    void filesThatChangeAfterTheyWereParsedAreRefused(Member member) throws Exception {
        for (Change change : Change.values()) {
            Path copy = copy(member.container, change);
            try (Checkpoint checkpoint = Checkpoint.open(copy)) {
                change.of(copy.resolve(member.file));
                // The last byte of safetensors is a value, and that has not been read yet.
                if (change != Change.LAST_BIT_FLIPPED || !member.file.endsWith(".safetensors")) {
                    assertRefused(checkpoint::digest, member.file, change);
                }
            }
        }
    }

    @Test
    void valuesThatChangeBeforeAnyoneReadThemAreDigestedAsTheyAreComputed() throws Exception {
        Path copy = copy("", Change.LAST_BIT_FLIPPED);
        try (Checkpoint checkpoint = Checkpoint.open(copy)) {
            Change.LAST_BIT_FLIPPED.of(copy.resolve("model.safetensors"));
            assertThat(checkpoint.digest()).isNotEqualTo(DIGEST);
            try (Checkpoint anew = Checkpoint.open(copy)) {
                assertThat(anew.digest()).isEqualTo(checkpoint.digest());
                assertThat(values(checkpoint)).isEqualTo(values(anew));
            }
        }
    }

    @Test
    void weightsThatChangeBetweenTwoTensorsAreRefusedWithoutADigest() throws Exception {
        Path copy = copy("", Change.EMPTIED);
        try (Checkpoint checkpoint = Checkpoint.open(copy)) {
            values(checkpoint);
            Change.EMPTIED.of(copy.resolve("model.safetensors"));
            assertRefused(() -> values(checkpoint), "model.safetensors", Change.EMPTIED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"})
    void tokenizerFilesAreDigestedAsTheyAreParsed(String name) throws Exception {
        for (Change change : Change.values()) {
            Path copy = copy("", change);
            for (String file : TOKENIZER) {
                Files.writeString(copy.resolve(file), file.equals("tokenizer.json") ? TOKENIZER_JSON : "{} ");
            }
            try (Checkpoint parsedFirst = Checkpoint.open(copy);
                    Checkpoint digestedFirst = Checkpoint.open(copy)) {
                TokenizerDefinition.read(parsedFirst.tokenizerFolder());
                digestedFirst.digest();
                change.of(copy.resolve(name));
                assertRefused(parsedFirst::digest, name, change);
                assertRefused(() -> CheckpointTokenizer.read(digestedFirst.tokenizerFolder()), name, change);
            }
        }
    }

    @Test
    void filesThatAppearLaterAreNeitherReadNorDigested() throws Exception {
        Path copy = copy("", Change.GROWN);
        Files.delete(copy.resolve("generation_config.json"));
        Files.writeString(copy.resolve("tokenizer.json"), TOKENIZER_JSON);
        try (Checkpoint checkpoint = Checkpoint.open(copy);
                Checkpoint undisturbed = Checkpoint.open(copy)) {
            String digest = undisturbed.digest();
            TokenizerDefinition.read(checkpoint.tokenizerFolder());
            Files.writeString(copy.resolve("generation_config.json"), "{}");
            Files.writeString(copy.resolve("added_tokens.json"), "{\"<x>\":3}");
            assertThat(checkpoint.digest()).isEqualTo(digest);
            assertThat(TokenizerDefinition.read(undisturbed.tokenizerFolder())
                            .orElseThrow()
                            .canonicalJson())
                    .doesNotContain("<x>");
        }
    }

    @Test
    void filesThatAreReplacedByEqualOnesAreTheSame() throws Exception {
        Path copy = copy("", Change.REPLACED);
        try (Checkpoint checkpoint = Checkpoint.open(copy)) {
            for (String name : new String[] {"config.json", "model.safetensors"}) {
                Path other = Files.copy(copy.resolve(name), copy.resolve("other"));
                Change.EMPTIED.of(copy.resolve(name));
                Files.move(other, copy.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
            assertThat(checkpoint.digest()).isEqualTo(DIGEST);
            values(checkpoint);
        }
    }

    @Test
    void digestsAreThoseOfEarlierVersions() throws Exception {
        try (Checkpoint whole = Checkpoint.open(copy("", Change.GROWN));
                Checkpoint sharded = Checkpoint.open(copy("sharded", Change.CUT))) {
            assertThat(whole.digest()).isEqualTo(DIGEST);
            assertThat(sharded.digest()).isEqualTo(SHARDED_DIGEST);
        }
    }

    /** A mapped file that becomes shorter ends the process. */
    @ParameterizedTest
    @ValueSource(strings = {"", "bin-zip", "bin-legacy"})
    void noFileIsMapped(String container) throws Exception {
        Path copy = copy(container, Change.CUT);
        try (Checkpoint checkpoint = Checkpoint.open(copy)) {
            checkpoint.digest();
            Map<String, ByteBuffer> held = values(checkpoint);
            assertThat(held).isNotEmpty();
            assertThat(Files.readString(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1))
                    .doesNotContain(copy.toString());
        }
    }

    private Path copy(String container, Change change) throws Exception {
        return TinyModel.copy(container, Files.createDirectory(folder.resolve(change.name())));
    }

    private static Map<String, ByteBuffer> values(Checkpoint checkpoint) throws Exception {
        Map<String, ByteBuffer> values = new HashMap<>();
        for (String name : checkpoint.tensorNames()) {
            values.put(name, checkpoint.tensor(name).data());
        }
        return values;
    }

    private static void assertRefused(ThrowingCallable reading, String file, Change change) {
        assertThatThrownBy(reading)
                .as("%s %s", file, change)
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage("checkpoint_changed: " + file + " was changed while it was read, what is computed has to be"
                        + " what was checked and digested, run again once nobody writes to the model's folder");
    }

    private static void overwrite(Path file, byte[] bytes) throws Exception {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.write(bytes);
        }
    }

    private static void resize(Path file, long size) throws Exception {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(size);
        }
    }
}
