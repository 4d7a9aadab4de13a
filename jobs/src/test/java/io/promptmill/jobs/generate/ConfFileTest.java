package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.jobs.command.ConfFile;
import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.command.OptionSource;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfFileTest {
    @TempDir
    private Path folder;

    @Test
    void keysAreTheOptionsWithoutDashesInFront() throws Exception {
        Path file = file("input = in\noutput=out\ntop-p=0.5\ndo-sample\nstop.2=b\nstop.1=\\ a\nseed=3\n");
        JobSettings settings = TestSettings.of("--conf-file", file.toString(), "--seed", "4");
        assertThat(settings.input().inputs()).containsExactly("in");
        assertThat(settings.engine().seed()).isEqualTo(4);
        assertThat(settings.generation().get(1).values()).hasToString("{DO_SAMPLE=true, TOP_P=0.5, STOP=[ a, b]}");
    }

    @Test
    void theCommandLineWinsOverTheFile() throws Exception {
        Path file = file("max-new-tokens=9\ntop-k=3\ninput=in\noutput=out\n");
        JobSettings settings = TestSettings.of("--max-length=50", "--conf-file", file.toString());
        assertThat(settings.resolve(List.of()).maxTokens())
                .hasToString("TokenLimit[tokens=50, counts=PROMPT_AND_NEW_TOKENS]");
        assertThat(settings.resolve(List.of()).topK()).isEqualTo(3);
    }

    @Test
    void anUnknownKeyIsRefusedWithTheNearestOne() throws IOException {
        Path file = file("top_p=0.5\n");
        assertThatThrownBy(() -> ConfFile.read(file.toString(), GenerateCommand.OPTIONS))
                .hasMessage("unknown_key: top_p in " + file
                        + " is not a key, keys are the options of generate without the dashes in front,"
                        + " did you mean top-p?");
    }

    @Test
    void onlyOptionsThatTakeSeveralValuesAreIndexed() throws IOException {
        Path file = file("seed.1=5\n");
        assertThatThrownBy(() -> ConfFile.read(file.toString(), GenerateCommand.OPTIONS))
                .hasMessageStartingWith("unknown_key: seed.1 in ");
    }

    @Test
    void aKeyThatStandsTwiceIsRefused() throws IOException {
        Path file = file("seed=1\nseed=2\n");
        assertThatThrownBy(() -> ConfFile.read(file.toString(), GenerateCommand.OPTIONS))
                .hasMessageStartingWith("key_given_twice: seed stands twice in ");
    }

    @Test
    void aWrongValueNamesTheFile() throws IOException {
        Path file = file("input=in\noutput=out\ntop-p=2\n");
        assertThatThrownBy(() -> TestSettings.of("--conf-file", file.toString()))
                .hasMessage("wrong_value: --top-p has a wrong value, top_p must be a number between 0 and 1 but was 2,"
                        + " correct it in " + file);
    }

    @Test
    void halfACharacterIsRefusedBeforeAnyTaskMeetsIt() throws IOException {
        Path file = file("input=in\noutput=out\nprefix=a\\ud83d\n");
        assertThatThrownBy(() -> TestSettings.of("--conf-file", file.toString()))
                .hasMessage(
                        "wrong_value: --prefix has a wrong value, prefix must be text without lone surrogates (U+D800"
                                + " to U+DFFF) but was a text of 2 characters, correct it in " + file);
    }

    @Test
    void aMissingFileIsWrongUsage() {
        assertThatThrownBy(() -> ConfFile.read(folder.resolve("none").toString(), GenerateCommand.OPTIONS))
                .hasMessageStartingWith("conf_file_unreadable: --conf-file ")
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.WRONG_USAGE);
    }

    @ParameterizedTest
    @MethodSource("shippedFiles")
    void theShippedFilesAreAcceptedAsTheyAre(Path file) throws Exception {
        OptionSource source = ConfFile.read(file.toString(), GenerateCommand.OPTIONS);
        JobSettings.read(new OptionReader(GenerateCommand.OPTIONS, List.of(source)));
    }

    static Stream<Path> shippedFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("..", "conf"))) {
            return files.filter(file -> file.toString().endsWith(".properties")).toList().stream();
        }
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("run.properties"), content);
    }
}
