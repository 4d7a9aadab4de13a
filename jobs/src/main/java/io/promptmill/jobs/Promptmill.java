package io.promptmill.jobs;

import io.promptmill.jobs.bench.BenchCommand;
import io.promptmill.jobs.bench.BenchJob;
import io.promptmill.jobs.command.NearestName;
import io.promptmill.jobs.command.QuietLog;
import io.promptmill.jobs.command.ShownDetail;
import io.promptmill.jobs.command.Version;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.generate.GenerateCommand;
import io.promptmill.jobs.generate.GenerateJob;
import io.promptmill.jobs.generate.JobSettings;
import io.promptmill.jobs.session.Interruption;
import io.promptmill.jobs.session.JobSession;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The main class: {@code spark-submit promptmill.jar generate --input IN --output OUT}. */
public final class Promptmill {
    private Promptmill() {}

    /** Runs a command and exits with its {@link ExitCode}. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err).number());
    }

    /** Runs a command; results go to {@code out}, progress and refusals to {@code err}. */
    public static ExitCode run(String[] args, PrintStream out, PrintStream err) {
        ShownDetail detail = List.of(args).contains("--verbose") ? ShownDetail.ALL : ShownDetail.ESSENTIAL;
        try {
            CommandLine commandLine = commandLine();
            ParseResult parsed = parse(commandLine, args);
            ParseResult command = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
            if (command.isUsageHelpRequested() || (!parsed.hasSubcommand() && !parsed.isVersionHelpRequested())) {
                command.commandSpec().commandLine().usage(out);
                return args.length == 0 ? ExitCode.WRONG_USAGE : ExitCode.DONE;
            }
            if (command.isVersionHelpRequested()) {
                out.println(Version.line());
                return ExitCode.DONE;
            }
            if (command.commandSpec().userObject() instanceof BenchCommand bench) {
                detail = bench.detail();
                return bench(bench, out, err);
            }
            JobSettings settings = GenerateCommand.settings(command);
            detail = settings.detail();
            QuietLog.install(detail);
            return generate(settings, out, err);
        } catch (Throwable e) { // libraries throw errors for what the JVM survives
            return fail(e, detail, err);
        }
    }

    private static ExitCode bench(BenchCommand command, PrintStream out, PrintStream err)
            throws RefusalException, IOException {
        QuietLog.install(command.detail());
        return new BenchJob(command, out, err).run();
    }

    private static ExitCode generate(JobSettings settings, PrintStream out, PrintStream err) {
        SparkSession session = JobSession.start(Promptmill.class.getName());
        Interruption interruption = Interruption.watch(session.sparkContext());
        ExitCode code = ExitCode.OTHER_FAILURE;
        try {
            code = new GenerateJob(session, settings, interruption::requested, out, err).run();
            return code;
        } catch (Throwable e) {
            code = fail(e, settings.detail(), err); // told before the process may end
            return code;
        } finally {
            session.stop();
            interruption.runEnded(code);
        }
    }

    /** All commands, as picocli sees them. */
    public static CommandLine commandLine() {
        CommandSpec spec = CommandSpec.create().name("promptmill").mixinStandardHelpOptions(true);
        spec.usageMessage()
                .description("Generates text from Parquet prompts with Hugging Face models, as a Spark job.")
                .synopsisHeading("Usage: ")
                .customSynopsis("spark-submit [spark options] promptmill.jar COMMAND [options]")
                .footer("", "'COMMAND --help' tells the options of a command.")
                .commandListHeading("Commands:%n");
        CommandLine commandLine = new CommandLine(spec)
                .addSubcommand(GenerateCommand.NAME, GenerateCommand.commandLine())
                .addSubcommand(BenchCommand.NAME, BenchCommand.commandLine());
        return commandLine.setOverwrittenOptionsAllowed(false).setExpandAtFiles(false);
    }

    /** The command and options that are asked for; refuses what is not known, with the nearest name. */
    public static ParseResult parse(CommandLine commandLine, String[] args) throws RefusalException {
        try {
            return commandLine.parseArgs(args);
        } catch (CommandLine.ParameterException e) {
            if (e instanceof CommandLine.UnmatchedArgumentException unmatched
                    && !unmatched.getUnmatched().isEmpty()) {
                throw unknown(unmatched.getUnmatched().get(0), e.getCommandLine());
            }
            throw RefusalException.usage(
                    "wrong_usage",
                    "the command line cannot be read",
                    e.getMessage(),
                    "write a value that begins with a dash as --option=value; --help tells all options");
        }
    }

    private static RefusalException unknown(String argument, CommandLine commandLine) {
        String name = argument.split("=", 2)[0];
        Set<String> known = commandLine.getSubcommands().isEmpty()
                ? commandLine.getCommandSpec().optionsMap().keySet()
                : commandLine.getSubcommands().keySet();
        return RefusalException.usage(
                name.startsWith("-") ? "unknown_option" : "unknown_argument",
                name + " is not known",
                commandLine.getCommandName() + " has no such " + (name.startsWith("-") ? "option" : "argument"),
                "did you mean "
                        + NearestName.of(
                                name,
                                known.stream().filter(full -> full.length() > 2).toList()) + "?");
    }

    private static ExitCode fail(Throwable failure, ShownDetail detail, PrintStream err) {
        Failures.throwIfFatal(failure);
        boolean refused = failure instanceof RefusalException;
        err.println("promptmill: " + (refused ? failure.getMessage() : Failures.explain(failure)));
        if (detail == ShownDetail.ALL) {
            failure.printStackTrace(err);
        }
        return refused ? ((RefusalException) failure).exitCode() : ExitCode.OTHER_FAILURE;
    }
}
