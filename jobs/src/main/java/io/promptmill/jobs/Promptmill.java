package io.promptmill.jobs;

import io.promptmill.jobs.bench.BenchCommand;
import io.promptmill.jobs.command.Command;
import io.promptmill.jobs.command.CommandLines;
import io.promptmill.jobs.command.Console;
import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.command.QuietLog;
import io.promptmill.jobs.command.ShownDetail;
import io.promptmill.jobs.command.Version;
import io.promptmill.jobs.compare.CompareCommand;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.finetune.FinetuneCommand;
import io.promptmill.jobs.generate.GenerateCommand;
import io.promptmill.jobs.prepare.PrepareCommand;
import io.promptmill.jobs.session.JobSession;
import io.promptmill.jobs.session.YarnDriver;
import io.promptmill.jobs.versions.ModelsCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** The main class: {@code spark-submit promptmill.jar generate --input IN --output OUT}. */
public final class Promptmill {
    /** Every command; one that is added here has all that commands have. */
    static final List<Command> COMMANDS = List.of(
            new PrepareCommand(new JobSession(Promptmill.class.getName())),
            new FinetuneCommand(new JobSession(Promptmill.class.getName())),
            new GenerateCommand(new JobSession(Promptmill.class.getName())),
            new CompareCommand(new JobSession(Promptmill.class.getName())),
            new BenchCommand(),
            new ModelsCommand());

    private Promptmill() {}

    /** Runs a command and exits with its {@link ExitCode}, or ends as YARN's cluster mode wants it. */
    public static void main(String[] args) {
        if (YarnDriver.isHere()) {
            YarnDriver driver = new YarnDriver(System.err);
            driver.end(run(args, utf8(System.out), driver.err()));
        } else {
            System.exit(run(args, utf8(System.out), utf8(System.err)).number());
        }
    }

    /** A stream on which texts lose nothing, whatever the locale: where none is set, Java would print ASCII alone. */
    static PrintStream utf8(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    /** Runs a command; results go to {@code out}, progress and refusals to {@code err}. */
    public static ExitCode run(String[] args, PrintStream out, PrintStream err) {
        return run(COMMANDS, args, out, err);
    }

    /** Runs one of these commands. */
    static ExitCode run(List<Command> commands, String[] args, PrintStream out, PrintStream err) {
        ShownDetail detail = List.of(args).contains("--verbose") ? ShownDetail.ALL : ShownDetail.ESSENTIAL;
        Console console = new Console(out, err, detail);
        try {
            ParseResult parsed = CommandLines.parse(CommandLines.of(commands), args);
            ParseResult asked = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
            if (asked.isUsageHelpRequested() || (!parsed.hasSubcommand() && !parsed.isVersionHelpRequested())) {
                asked.commandSpec().commandLine().usage(out);
                return args.length == 0 ? ExitCode.WRONG_USAGE : ExitCode.DONE;
            }
            if (asked.isVersionHelpRequested()) {
                out.println(Version.line());
                return ExitCode.DONE;
            }
            OptionReader options = CommandLines.options(asked);
            console = new Console(out, err, options.detail());
            return run(CommandLines.commandOf(asked), options, console);
        } catch (Throwable e) { // libraries throw errors for what the JVM survives
            return console.tell(e);
        }
    }

    private static ExitCode run(Command command, OptionReader options, Console console)
            throws RefusalException, IOException {
        QuietLog.install(console.detail());
        return command.run(options, console);
    }
}
