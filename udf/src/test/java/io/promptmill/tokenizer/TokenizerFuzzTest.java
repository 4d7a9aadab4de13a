package io.promptmill.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.promptmill.HostileFile;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.files.JsonObject;
import io.promptmill.files.StrictJson;
import io.promptmill.tokenizer.folder.TokenizerFiles;
import io.promptmill.tokenizer.parts.ByteLevel;
import io.promptmill.tokenizer.parts.CheckedTokenizer;
import io.promptmill.tokenizer.parts.TokenizerClass;
import io.promptmill.tokenizer.parts.TokenizerJsonReader;
import io.promptmill.tokenizer.parts.TokenizerJsonWriter;
import io.promptmill.tokenizer.parts.WrittenTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every reader of tokenizer files gives a value or the checked refusal, whatever it reads, and what it accepts it accepts
 * again in its canonical form. By default the saved inputs run as tests; {@code mvn -Pfuzz} looks for more (see
 * CONTRIBUTING).
 */
class TokenizerFuzzTest {
    private static final long EXECUTIONS = 1_000_000;
    private static final String DURATION = "30m";

    /** Stands between two files in one input. */
    private static final String SEPARATOR = "\0";

    @TempDir
    static Path folder;

    @BeforeAll
    static void folders() throws IOException {
        for (String name : List.of("json", "merges", "settings")) {
            Files.createDirectory(folder.resolve(name));
        }
        Files.writeString(folder.resolve("settings").resolve("tokenizer.json"), HostileTokenizers.SOUND);
    }

    @MethodSource("tokenizerJsons")
    @FuzzTest(maxDuration = DURATION, maxExecutions = EXECUTIONS)
    void tokenizerJson(byte[] json) throws IOException {
        read("json", List.of("tokenizer.json"), json);
    }

    @MethodSource("vocabulariesAndMerges")
    @FuzzTest(maxDuration = DURATION, maxExecutions = EXECUTIONS)
    void vocabularyAndMerges(byte[] files) throws IOException {
        read("merges", List.of("vocab.json", "merges.txt"), files);
    }

    @MethodSource("settings")
    @FuzzTest(maxDuration = DURATION, maxExecutions = EXECUTIONS)
    void settings(byte[] files) throws IOException {
        read("settings", List.of("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"), files);
    }

    static Stream<byte[]> tokenizerJsons() {
        return Stream.concat(Stream.of(HostileTokenizers.SOUND), hostile("tokenizer.json"))
                .map(TokenizerFuzzTest::bytes);
    }

    static Stream<byte[]> vocabulariesAndMerges() {
        return Stream.of(
                        Stream.of(HostileTokenizers.VOCABULARY + SEPARATOR + HostileTokenizers.MERGES),
                        hostile("vocab.json").map(vocabulary -> vocabulary + SEPARATOR + HostileTokenizers.MERGES),
                        hostile("merges.txt").map(merges -> HostileTokenizers.VOCABULARY + SEPARATOR + merges))
                .flatMap(files -> files)
                .map(TokenizerFuzzTest::bytes);
    }

    static Stream<byte[]> settings() {
        return Stream.of(
                        Stream.of("{\"added_tokens_decoder\":{\"4\":{\"content\":\"x\"}}}" + SEPARATOR
                                + "{\"pad_token\":\"[PAD]\"}" + SEPARATOR + "{\"y\":5}"),
                        hostile("tokenizer_config.json").map(config -> config + SEPARATOR + "{}" + SEPARATOR + "{}"),
                        hostile("special_tokens_map.json").map(map -> "{}" + SEPARATOR + map + SEPARATOR + "{}"),
                        hostile("added_tokens.json").map(added -> "{}" + SEPARATOR + "{}" + SEPARATOR + added))
                .flatMap(files -> files)
                .map(TokenizerFuzzTest::bytes);
    }

    private static Stream<String> hostile(String file) {
        return HostileTokenizers.small()
                .filter(hostile -> hostile.file().equals(file))
                .map(hostile -> new String(hostile.content(), StandardCharsets.ISO_8859_1));
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Reads a folder of these files, whose contents stand one behind the other. */
    private static void read(String name, List<String> files, byte[] contents) throws IOException {
        Path path = folder.resolve(name);
        String[] parts = new String(contents, StandardCharsets.ISO_8859_1).split(SEPARATOR, files.size());
        for (int i = 0; i < files.size(); i++) {
            Files.write(path.resolve(files.get(i)), i < parts.length ? bytes(parts[i]) : new byte[0]);
        }
        try {
            String canonical = TokenizerDefinition.read(path).orElseThrow().canonicalJson();
            // Our own text: as long as a tokenizer may be, and merges written at length.
            JsonObject again = new JsonObject(
                    StrictJson.tree(canonical, Integer.MAX_VALUE), "canonical tokenizer.json", TokenizerFiles.KIND);
            WrittenTokenizer read =
                    TokenizerJsonReader.read(again, TokenizerClass.AS_WRITTEN, new ByteLevel(false, true));
            assertThat(TokenizerJsonWriter.write(
                            CheckedTokenizer.of(read.pipeline(), List.of(read.addedTokens()), List.of())))
                    .isEqualTo(canonical);
        } catch (InvalidCheckpointException e) {
            HostileFile.assertOneShortLine(e);
        }
    }
}
