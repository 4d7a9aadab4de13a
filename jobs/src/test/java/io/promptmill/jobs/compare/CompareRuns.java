package io.promptmill.jobs.compare;

import io.promptmill.jobs.command.CommandLines;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.session.JobSession;
import io.promptmill.jobs.testing.TestSpark;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs {@code compare} inside this JVM and keeps what it prints. */
public final class CompareRuns {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    public ExitCode compare(Object a, Object b, String... options) throws RefusalException {
        out.reset();
        err.reset();
        List<String> arguments = new ArrayList<>(List.of("compare", a.toString(), b.toString()));
        arguments.addAll(List.of(options));
        var commandLine = CommandLines.of(List.of(new CompareCommand(new JobSession("none"))));
        var parsed = CommandLines.parse(commandLine, arguments.toArray(String[]::new));
        return new CompareJob(
                        TestSpark.session(),
                        CompareSettings.read(CommandLines.options(parsed.subcommand())),
                        () -> false,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run();
    }

    /** What the latest run has printed as its result. */
    public List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
