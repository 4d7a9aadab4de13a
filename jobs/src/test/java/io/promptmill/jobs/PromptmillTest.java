package io.promptmill.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.command.Command;
import io.promptmill.jobs.command.CommandOption;
import io.promptmill.jobs.failure.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.package$;
import org.junit.jupiter.api.Test;

class PromptmillTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void helpAndVersionGoToTheOutputAndExitWith0() {
        assertThat(run("--help")).isEqualTo(ExitCode.DONE);
        assertThat(run("--version")).isEqualTo(ExitCode.DONE);
        assertThat(run("generate", "--help")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("generate  Generates text for prompts in files or of the command line.")
                .containsPattern("promptmill \\d+\\.\\d+\\.\\d+\\S* \\(Java 17.*, Spark "
                        + package$.MODULE$.SPARK_VERSION() + "\\)")
                .contains("--num-return-sequences=N");
        assertThat(err.size()).isZero();
    }

    @Test
    void theHelpTellsEveryOptionInOneSentence() {
        for (Command command : Promptmill.COMMANDS) {
            List<CommandOption> options = command.options().options();
            assertThat(options).allMatch(option -> option.help().endsWith("."));
            run(command.options().command(), "--help");
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains(options.stream().map(CommandOption::dashed).toList());
        }
    }

    @Test
    void noCommandIsWrongUsageAndShowsTheHelp() {
        assertThat(run()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Commands:");
    }

    @Test
    void anUnknownCommandIsRefusedWithTheNearestOne() {
        assertThat(run("genrate")).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines(
                        "promptmill: unknown_argument: genrate is not known, promptmill has no such argument, did you"
                                + " mean generate?\n");
    }

    @Test
    void aRefusalIsOneLineAndAStackTraceOnlyWhenAskedFor() {
        assertThat(run("generate", "--topp=1")).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).hasLineCount(1);
        assertThat(run("generate", "--topp=1", "--verbose")).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("\tat io.promptmill.jobs.");
    }

    @Test
    void textsAreNeitherLostOnTheirWayInNorOnTheirWayOut() {
        assertThat(run("generate", "--prompt=caf\uFFFD\uFFFD")).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines(
                        "promptmill: characters_lost: the command line holds characters that cannot be read, Java reads them"
                                + " with the locale's charset, which does not know them, set LC_ALL=C.UTF-8 for the"
                                + " command, or give such texts in a file\n");
        Promptmill.utf8(new PrintStream(out, true, StandardCharsets.US_ASCII)).print("caf\u00e9 \u2019");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("caf\u00e9 \u2019");
    }

    @Test
    void whatCouldSteerATerminalIsToldByItsNumber() {
        assertThat(run("no\u001b[2J\u009b31m\u0085\u007fbo\rdy")).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith(
                        "promptmill: unknown_argument: no\\u001b[2J\\u009b31m\\u0085\\u007fbo\\u000ddy is not known, ")
                .hasLineCount(1);
    }

    @Test
    void keysInUrisAreNeverShown() {
        assertThat(run("generate", "s3a://AKIA:s3cret@bucket/x", "--verbose")).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run("models", "--folder=s3a://AKIA:s3cret@b", "--folder=s3a://AKIA:s3cret@b"))
                .isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("s3a://***@bucket/x is not known")
                .doesNotContain("s3cret");
    }

    @Test
    void theExitCodesAreThoseOfTheContract() {
        assertThat(ExitCode.values()).extracting(ExitCode::number).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    private ExitCode run(String... args) {
        return Promptmill.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
