package io.promptmill.jobs;

import static io.promptmill.jobs.command.CommandOption.flag;
import static io.promptmill.jobs.command.CommandOption.required;
import static io.promptmill.jobs.command.CommandOption.withDefault;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.jobs.command.Command;
import io.promptmill.jobs.command.CommandHelp;
import io.promptmill.jobs.command.CommandOption;
import io.promptmill.jobs.command.Console;
import io.promptmill.jobs.command.DescribedOption;
import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.command.OptionTable;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command needs its table and its class: help, conf file, proposals and checks come with them. */
class ThirdCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    enum CountOption implements DescribedOption {
        TEXT(required("text", "TEXT", "What is counted.")),
        TIMES(withDefault("times", "N|auto", "auto", "How often; auto is once.")),
        VERBOSE(flag("verbose", "Show stack traces."));

        private final CommandOption option;

        CountOption(CommandOption option) {
            this.option = option;
        }

        @Override
        public CommandOption option() {
            return option;
        }
    }

    static final class CountCommand implements Command {
        @Override
        public OptionTable options() {
            return OptionTable.of("count", CountOption.values()).withConfFile();
        }

        @Override
        public CommandHelp help() {
            return new CommandHelp("Counts letters.", "promptmill.jar count [options]", List.of("", "That is all."));
        }

        @Override
        public ExitCode run(OptionReader options, Console console) throws RefusalException {
            int letters = options.text(CountOption.TEXT).length()
                    * options.countOrAuto(CountOption.TIMES, 10).orElse(1);
            console.out().println(letters + " letters");
            return ExitCode.DONE;
        }
    }

    @Test
    void theHelpIsMadeFromTheTable() {
        assertThat(run("--help")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Commands:\n  count  Counts letters.\n");
        out.reset();
        assertThat(run("count", "--help")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("Usage: promptmill.jar count [options]\nCounts letters.\n")
                .containsSubsequence(
                        "--conf-file=FILE", "--text=TEXT", "--times=N|auto", "Default: auto.", "That is all.");
    }

    @Test
    void valuesComeFromTheCommandLineBeforeTheConfFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("count.properties"), "text=four\ntimes=2\n");
        assertThat(run("count", "--conf-file", file.toString())).isEqualTo(ExitCode.DONE);
        assertThat(run("count", "--conf-file", file.toString(), "--times=3")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).containsExactly("8 letters", "12 letters");
    }

    @Test
    void whatIsWrongIsRefusedInTheCommandsOwnName(@TempDir Path folder) throws IOException {
        assertThat(run("count", "--tmes=2")).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run("count")).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run("count", "--text=a", "--times=11")).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run("count", "--text=a", "--text=b")).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run("count", "--text=a", "--verbose=perhaps")).isEqualTo(ExitCode.WRONG_USAGE);
        Path file = Files.writeString(folder.resolve("count.properties"), "txt=four\n");
        assertThat(run("count", "--conf-file", file.toString())).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "promptmill: unknown_option: --tmes is not known, count has no such option, did you mean --times?",
                        "promptmill: option_missing: --text is not given, count cannot run without it, add --text TEXT",
                        "promptmill: wrong_value: --times has a wrong value, it must be auto or a whole number from 1 to 10"
                                + " but was 11, correct it on the command line",
                        "promptmill: option_given_twice: --text is given 2 times, it takes one value, keep one of a, b",
                        "promptmill: wrong_value: --verbose has a wrong value, it must be true or false but was perhaps,"
                                + " correct it on the command line",
                        "promptmill: unknown_key: txt in " + file
                                + " is not a key, keys are the options of count without"
                                + " the dashes in front, did you mean text?");
    }

    private ExitCode run(String... args) {
        return Promptmill.run(
                List.of(new CountCommand()),
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
