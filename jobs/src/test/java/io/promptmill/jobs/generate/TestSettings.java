package io.promptmill.jobs.generate;

import io.promptmill.jobs.Promptmill;
import io.promptmill.jobs.failure.RefusalException;
import java.util.stream.Stream;

/** Settings as a command line gives them. */
final class TestSettings {
    private TestSettings() {}

    static JobSettings of(String... options) throws RefusalException {
        String[] args = Stream.concat(Stream.of(GenerateCommand.NAME), Stream.of(options))
                .toArray(String[]::new);
        return GenerateCommand.settings(
                Promptmill.parse(Promptmill.commandLine(), args).subcommand());
    }
}
