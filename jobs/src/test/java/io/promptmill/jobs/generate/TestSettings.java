package io.promptmill.jobs.generate;

import io.promptmill.jobs.command.CommandLines;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.session.JobSession;
import java.util.List;
import java.util.stream.Stream;

/** Settings as a command line gives them. */
final class TestSettings {
    private TestSettings() {}

    static JobSettings of(String... options) throws RefusalException {
        GenerateCommand command = new GenerateCommand(new JobSession("never started"));
        String[] args = Stream.concat(Stream.of(command.options().command()), Stream.of(options))
                .toArray(String[]::new);
        return JobSettings.read(CommandLines.options(
                CommandLines.parse(CommandLines.of(List.of(command)), args).subcommand()));
    }
}
